"""Searches that were recorded, cut short, and edited by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ck_core.testing.fixtures import Ckp

RESUME = ("autotune", "--resume=experiment:tune-it", "--json")
SHORT = (
    *("autotune", "program:it", "--compiler=gcc", "--tune=own", "--strategy=exhaustive"),
    *("--seed=1", "--repeat=1", "--finals=2", "--no-reduction"),
)
"""A search that takes no longer than it must; what wins is left to noise."""

Edit = Callable[[Any], None]


def experiment_of(home: Path) -> Path:
    return home / "repos" / "local" / "experiment" / "tune-it"


def settings_file(home: Path) -> Path:
    (file,) = experiment_of(home).glob("tuning-*.json")
    return file


def edit_settings(home: Path, edit: Edit) -> None:
    file = settings_file(home)
    values = json.loads(file.read_text(encoding="utf-8"))
    edit(values)
    file.write_text(json.dumps(values), encoding="utf-8")


def points_of(home: Path) -> list[dict[str, Any]]:
    lines = (experiment_of(home) / "points.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(one) for one in lines]


def write_points(home: Path, points: list[dict[str, Any]]) -> None:
    text = "".join(json.dumps(one) + "\n" for one in points)
    (experiment_of(home) / "points.jsonl").write_text(text, encoding="utf-8")


def cut(home: Path, count: int) -> None:
    """As if it had been killed behind so many trials."""
    write_points(home, points_of(home)[:count])
    for file in experiment_of(home).glob("tuned-*.json"):
        file.unlink()


def searched(ckp: Ckp, *options: str) -> dict[str, Any]:
    return answered(ckp, *SHORT, "--json", *options)


def answered(ckp: Ckp, *arguments: str) -> dict[str, Any]:
    done = ckp(*arguments)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
