"""Benchmarks as JSON: what ``--json`` prints and ``access`` answers."""

from __future__ import annotations

from typing import Any

from ck_core.analysis.point_comparison import Compared
from ck_core.experiments.measuring.measurements import BenchmarkOutcome, Measurement
from ck_core.store.experiments.point_json import point_values


def benchmark_json(outcome: BenchmarkOutcome) -> dict[str, Any]:
    """Points as they are recorded, and what was found beside them."""
    return {
        "session": outcome.session,
        "seed": outcome.seed,
        "metric": outcome.metric,
        "interrupted": outcome.interrupted,
        "problem": outcome.problem.message if outcome.problem else None,
        "experiment": outcome.experiment.full_cid if outcome.experiment else None,
        "notes": [*outcome.notes],
        "variants": [_variant(one) for one in outcome.measurements],
    }


def _variant(one: Measurement) -> dict[str, Any]:
    return {
        "point": point_values(one.point),
        "stop": one.stop.value if one.stop else None,
        "baseline": one.baseline or None,
        "compared": _compared(one.compared) if one.compared else None,
    }


def _compared(found: Compared) -> dict[str, Any]:
    """With the baseline; the effect is its time over this one's, the speed-up."""
    comparison = found.comparison
    effect = comparison.effect
    return {
        "verdict": comparison.verdict.value,
        "reason": comparison.reason,
        "probability": comparison.probability,
        "share": comparison.share,
        "paired": found.paired,
        "scale": effect.scale.value if effect else None,
        "estimate": effect.estimate if effect else None,
        "low": effect.low if effect else None,
        "high": effect.high if effect else None,
    }
