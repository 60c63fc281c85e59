"""Outcomes as JSON: what ``--json`` prints and ``access`` answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ck_core.domain.command import Command
from ck_core.domain.installation import Installation
from ck_core.domain.outcome import BuildOutcome, RunOutcome

if TYPE_CHECKING:
    from ck_core.workspace.refreshing import Refreshed
    from ck_core.workspace.uninstalling import Uninstalled


def build_json(outcome: BuildOutcome) -> dict[str, Any]:
    return {
        "program": outcome.program.name,
        "target": outcome.target.name if outcome.target else None,
        "resolved": {k: installation_json(one) for k, one in outcome.resolved.items()},
        "build": plain(asdict(outcome.build)),
    }


def run_json(outcome: RunOutcome) -> dict[str, Any]:
    return {
        **build_json(outcome.built),
        "command": outcome.command_key,
        "hot_functions": [asdict(one) for one in _command(outcome).hot_functions],
        "dataset": outcome.dataset,
        "emulator": outcome.built.emulator.name if outcome.built.emulator else None,
        "sources": {role: asdict(source) for role, source in outcome.sources.items()},
        "correct": outcome.correct,
        "metrics": {name: asdict(metric) for name, metric in outcome.metrics.items()},
        "repetitions": [_repetition_json(one) for one in outcome.run.repetitions],
    }


def _command(outcome: RunOutcome) -> Command:
    return outcome.built.program.commands[outcome.command_key]


def _repetition_json(repetition: Any) -> dict[str, Any]:
    values = asdict(repetition)
    del values["directory"]  # gone when the run is over
    return values


def installation_json(installation: Installation) -> dict[str, Any]:
    values = plain(asdict(installation))
    return {**values, "uid": installation.uid, "tags": sorted(installation.tags)}


def refreshed_json(one: Refreshed) -> dict[str, Any]:
    now = installation_json(one.now) if one.now else None
    return {"label": one.label, "path": one.path, "state": one.state.value, "now": now}


def uninstalled_json(one: Uninstalled) -> dict[str, Any]:
    return {
        "uid": one.installation.uid,
        "path": str(one.directory),
        "needed_by": list(one.needed_by),
    }


def plain(value: Any) -> Any:
    """With texts for paths, and lists for tuples: what JSON knows."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, Path) else value
