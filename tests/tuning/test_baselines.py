"""A search that varies no -O builds with -O3, as everywhere, and is set beside -O2 as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import needs_gcc, recorded
from tuning.tuning_kit import trials_of, tuned_program

pytestmark = needs_gcc
TUNE = ("autotune", "program:it", "--compiler=gcc", "--strategy=exhaustive", "--seed=1")
QUICK = ("--repeat=1", "--finals=2", "--no-reduction", "--json")


def levels_of_finals(ckp: Ckp, home: Path, *options: str) -> dict[str, str]:
    """By role: the level that the compiler was given last."""
    done = ckp(*TUNE, *QUICK, *options)
    assert done.returncode == 0, done.stderr
    finals = [one for one in recorded(home, "tune-it") if "trial" not in one.extra]
    last = [one for one in finals if one.session == finals[-1].session]
    return {one.extra["tuning"]["role"]: _level(one.build.flags) for one in last if one.build}


def _level(flags: tuple[str, ...]) -> str:
    return [one for one in flags if one.startswith("-O")][-1]


@pytest.mark.parametrize("tune", ["--tune=choices", "--tune=own", "--tune=choices,own"])
def test_the_levels_are_those_of_every_run(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, tune: str
) -> None:
    choices = {"IGNORED": {"type": "integer", "values": [0, 1], "default": 0}}
    add_component("program", "it", *tuned_program(choices=choices))
    found = levels_of_finals(ckp, ckp_home, tune, "--param=env.NOBODY=1,2")
    assert found == {"winner": "-O3", "as it is": "-O3", "-O2": "-O2"}
    for one in trials_of(ckp_home, "tune-it"):
        assert one.build
        assert (one.choices["level"], _level(one.build.flags)) == ("speed", "-O3")


def test_a_level_of_the_users_own_has_no_other_beside_it(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    found = levels_of_finals(ckp, ckp_home, "--tune=own", "--param=WORK=1,2", "--flags=-O1")
    assert found == {"winner": "-O1", "as it is": "-O1"}


def test_its_gain_over_both_is_told(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp(*TUNE, *QUICK, "--tune=own", "--param=WORK=8,1")
    assert done.returncode == 0, done.stderr
    gains: list[dict[str, Any]] = json.loads(done.stdout)["gains"]
    assert [one["over"] for one in gains] == ["as it is", "-O2"]
