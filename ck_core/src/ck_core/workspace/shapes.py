"""Outcomes as JSON: what ``--json`` prints and ``access`` answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ck_core.domain.installation import Installation
from ck_core.domain.outcome import BuildOutcome, RunOutcome


def build_json(outcome: BuildOutcome) -> dict[str, Any]:
    return {
        "program": outcome.program.name,
        "resolved": {k: installation_json(one) for k, one in outcome.resolved.items()},
        "build": asdict(outcome.build),
    }


def run_json(outcome: RunOutcome) -> dict[str, Any]:
    return {
        **build_json(outcome.built),
        "command": outcome.command_key,
        "dataset": outcome.dataset,
        "sources": {role: asdict(source) for role, source in outcome.sources.items()},
        "correct": outcome.correct,
        "metrics": {name: asdict(metric) for name, metric in outcome.metrics.items()},
        "repetitions": [_repetition_json(one) for one in outcome.run.repetitions],
    }


def _repetition_json(repetition: Any) -> dict[str, Any]:
    values = asdict(repetition)
    del values["directory"]  # gone when the run is over
    return values


def installation_json(installation: Installation) -> dict[str, Any]:
    values = asdict(installation)
    return {
        **values,
        "uid": installation.uid,
        "tags": sorted(installation.tags),
    }
