"""Comparisons as JSON: what ``--json`` prints and ``access`` answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ck_core.analysis.comparison import Comparison
from ck_core.experiments.comparing.comparing import Answer, ComparedPair, exact_verdict


def answer_json(answer: Answer) -> dict[str, Any]:
    return {
        "a": answer.a,
        "b": answer.b,
        "metric": answer.metric,
        "maximize": answer.maximize,
        "by": list(answer.by),
        "pairs": [_pair_json(pair) for pair in answer.pairs],
        "geometric_mean": asdict(answer.mean) if answer.mean else None,
        "alone": answer.alone,
        "emulated": answer.emulated,
    }


def _pair_json(pair: ComparedPair) -> dict[str, Any]:
    found = pair.compared
    return {
        "a": pair.a.uid,
        "b": pair.b.uid,
        "same": dict(pair.same),
        "paired": found.paired if found else None,
        "counts": [len(found.a), len(found.b)] if found else None,
        "values": [one.value if one else None for one in pair.metrics],
        **(_comparison_json(found.comparison) if found else {"verdict": exact_verdict(pair)}),
        "repetitions_to_decide": pair.more,
        "warnings": list(pair.warnings),
    }


def _comparison_json(one: Comparison) -> dict[str, Any]:
    effect = {**asdict(one.effect), "scale": one.effect.scale.value} if one.effect else None
    return {
        "verdict": one.verdict.value,
        "effect": effect,
        "probability": one.probability,
        "share": one.share,
    }
