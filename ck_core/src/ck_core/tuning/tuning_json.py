"""A search as JSON."""

from __future__ import annotations

from typing import Any

from ck_core.tuning.finals import Finalist
from ck_core.tuning.outcome import Gain, TuningOutcome
from ck_core.tuning.reproduction import command_of


def tuning_json(outcome: TuningOutcome) -> dict[str, Any]:
    """What ``--json`` prints and ``access()`` answers."""
    winner = outcome.winner
    return {
        "experiment": outcome.experiment.full_cid,
        "tuning": outcome.uid,
        "strategy": outcome.strategy,
        "seed": outcome.seed,
        "objectives": [one.metric for one in outcome.objectives],
        "evaluations": len(outcome.findings),
        "failures": dict(outcome.failures),
        "spent_s": outcome.spent_s,
        "configuration": dict(winner.configuration) if winner else None,
        "command": winning_command(outcome),
        "point": winner.point.uid if winner else None,
        "frontier": [_finalist(one, outcome) for one in outcome.frontier],
        "gains": [_gain(one) for one in outcome.gains],
        "notes": list(outcome.notes),
        "interrupted": outcome.interrupted,
    }


def winning_command(outcome: TuningOutcome) -> str:
    """Empty where nothing won."""
    winner = outcome.winner
    return command_of(winner.point, outcome.space, winner.configuration) if winner else ""


def _finalist(one: Finalist, outcome: TuningOutcome) -> dict[str, Any]:
    names = [objective.metric for objective in outcome.objectives]
    return {
        "role": one.role,
        "point": one.point.uid,
        "configuration": dict(one.configuration),
        "values": {name: one.point.metrics[name].value for name in names},
        "command": command_of(one.point, outcome.space, one.configuration),
    }


def _gain(gain: Gain) -> dict[str, Any]:
    comparison = gain.compared.comparison
    effect = comparison.effect
    return {
        "over": gain.baseline.role,
        "point": gain.baseline.point.uid,
        "estimate": effect.estimate if effect else None,
        "low": effect.low if effect else None,
        "high": effect.high if effect else None,
        "verdict": comparison.verdict.value,
        "probability": comparison.probability,
    }
