"""A search as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ck_core.analysis.build_commands import build_commands
from ck_core.analysis.run_command import command_of
from ck_core.domain.tuning.parameter import Parameter
from ck_core.system.host import host_target
from ck_core.tuning.finalist import Finalist
from ck_core.tuning.outcome import Gain, TuningOutcome


def tuning_json(outcome: TuningOutcome) -> dict[str, Any]:
    """What ``--json`` prints and ``access()`` answers."""
    return {
        **_search(outcome),
        **_winner(outcome),
        "frontier": [_finalist(one, outcome) for one in outcome.frontier],
        "gains": [_gain(one) for one in outcome.gains],
        "as_it_is_breaks": list(outcome.as_it_is_breaks),
        "notes": list(outcome.notes),
        "interrupted": outcome.interrupted,
    }


def parameter_json(one: Parameter, *, allow_inexact: bool) -> dict[str, Any]:
    """What a search may vary; ``varied`` are the values that it would try."""
    part = one if allow_inexact else one.exact
    return {
        **asdict(one),
        "inexact": sorted(one.inexact),
        "condition": one.condition.text if one.condition else None,
        "varied": part.values if part else (),
    }


def _search(outcome: TuningOutcome) -> dict[str, Any]:
    return {
        "experiment": outcome.experiment.full_cid,
        "tuning": outcome.uid,
        "strategy": outcome.strategy,
        "seed": outcome.seed,
        "objectives": [one.metric for one in outcome.objectives],
        "evaluations": len(outcome.findings),
        "failures": dict(outcome.failures),
        "spent_s": outcome.spent_s,
    }


def _winner(outcome: TuningOutcome) -> dict[str, Any]:
    """Where nothing is proved to be better, the configuration is empty, as is the command."""
    winner, is_proved = outcome.winner, outcome.is_proved
    found = dict(winner.configuration) if winner and is_proved else {}
    return {
        "proved": is_proved,
        "configuration": found if winner else None,
        "command": _command(winner) if winner and is_proved else "",
        "build_commands": build_commands(winner.point) if winner and is_proved else [],
        "point": winner.point.uid if winner else None,
        "breaks": list(winner.breaks) if winner else [],
    }


def _command(one: Finalist) -> str:
    return command_of(one.point, host_target().name)


def _finalist(one: Finalist, outcome: TuningOutcome) -> dict[str, Any]:
    names = [objective.metric for objective in outcome.objectives]
    return {
        "role": one.role,
        "point": one.point.uid,
        "configuration": dict(one.configuration),
        "values": {name: one.point.metrics[name].value for name in names},
        "command": _command(one),
        "build_commands": build_commands(one.point),
    }


def _gain(gain: Gain) -> dict[str, Any]:
    comparison = gain.compared.comparison
    effect = comparison.effect
    return {
        "over": gain.baseline.role,
        "point": gain.baseline.point.uid,
        "breaks": list(gain.baseline.breaks),
        "estimate": effect.estimate if effect else None,
        "low": effect.low if effect else None,
        "high": effect.high if effect else None,
        "scale": effect.scale.value if effect else None,
        "verdict": comparison.verdict.value,
        "probability": comparison.probability,
    }
