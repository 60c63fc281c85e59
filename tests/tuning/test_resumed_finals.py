"""``--resume`` in the finals: what ran in turn and was recorded whole is not measured again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import needs_gcc
from tuning.resume_kit import RESUME, answered, cut, points_of, write_points
from tuning.tuning_kit import tuned_program

pytestmark = needs_gcc
TUNE = (
    *("autotune", "program:it", "--compiler=gcc", "--tune=own", "--strategy=exhaustive"),
    *("--seed=1", "--repeat=1", "--finals=2", "--param=WORK=4,1", "--param=PADDING=0,1", "--json"),
)
CONTENDERS = ["contender 1", "contender 2", "contender 3", "contender 4"]
LAST = ["winner", "as it is", "-O2"]
Point = dict[str, Any]


def roles(points: list[Point]) -> list[str]:
    """Of the last runs among them."""
    found = (one["tuning"].get("role", "") for one in points)
    return [one for one in found if one]


@pytest.fixture
def first(ckp: Ckp, add_component: AddComponent) -> Point:
    """A search of four trials that has ended."""
    add_component("program", "it", *tuned_program())
    return answered(ckp, *TUNE)


def test_what_was_measured_stands(ckp: Ckp, first: Point, ckp_home: Path) -> None:
    """The contenders, and each step by which something was left out."""
    recorded = points_of(ckp_home)
    assert roles(recorded)[:4] == CONTENDERS
    assert "reduced" in roles(recorded)
    kept = recorded[: -len(LAST)]
    cut(ckp_home, len(kept))
    again = answered(ckp, *RESUME)
    now = points_of(ckp_home)
    assert now[: len(kept)] == kept
    assert roles(now[len(kept) :]) == LAST
    assert again["configuration"] == first["configuration"]


def fail(point: Point) -> None:
    point["status"], point["stage"], point["error"] = "failed", "run", "out of luck"


def shorten(point: Point) -> None:
    for values in point["characteristics"].values():
        values.pop()


def mistake(point: Point) -> None:
    point["tuning"]["configuration"] = {"WORK": "4", "PADDING": "9"}


def mar(point: Point) -> None:
    point["tuning"]["configuration"] = "WORK=1"


@pytest.mark.parametrize("edit", [fail, shorten, mistake, mar])
@pytest.mark.usefixtures("first")
def test_what_was_not_measured_whole_is_measured(
    ckp: Ckp, ckp_home: Path, edit: Callable[[Point], None]
) -> None:
    kept = points_of(ckp_home)[:8]
    edit(kept[-1])
    cut(ckp_home, 8)
    write_points(ckp_home, kept)
    answered(ckp, *RESUME)
    assert roles(points_of(ckp_home)[8:])[:4] == CONTENDERS


@pytest.mark.usefixtures("first")
def test_killed_while_it_recorded(ckp: Ckp, ckp_home: Path) -> None:
    cut(ckp_home, 6)
    answered(ckp, *RESUME)
    assert roles(points_of(ckp_home))[:6] == [*CONTENDERS[:2], *CONTENDERS]


def test_finals_of_fewer_trials_are_not_those_of_more(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    answered(ckp, *TUNE, "--evaluations=3")
    ended = points_of(ckp_home)
    answered(ckp, *RESUME, "--evaluations=4")
    more = points_of(ckp_home)[len(ended) :]
    assert roles(more[:1]) == []
    assert roles(more)[:4] == CONTENDERS
    assert roles(more)[-3:] == LAST
