"""``--flags`` and ``--env`` of a search: every variant has them, and the printed command too."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from ck_core.analysis.run_command import command_of
from ck_core.domain.build import Level
from ck_core.domain.cid import Cid
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.domain.point import Point, RecordedComponent
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.fixed import is_fixed
from component_kit import program_meta
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import configuration_of, trials_of, tuned_program

TUNE = ("autotune", "program:it", "--compiler=gcc", "--strategy=exhaustive", "--finals=2")
QUICK = ("--repeat=2", "--seed=1", "--json")
NEEDS_BOTH = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef NEEDED
#error it needs the macro
#endif
int main(void) {
  const char *word = getenv("WORD");
  if (word == NULL || strcmp(word, "two words") != 0) return 3;
  for (volatile long n = 0; n < WORK * 10000000L; n++) {
  }
  puts(NEEDED);
  return 0;
}
"""


def add_needy(add_component: AddComponent) -> None:
    """Neither builds nor runs without what the user gives."""
    files = {"main.c": NEEDS_BOTH, "reference/default/none/stdout.txt": "a b\n"}
    add_component("program", "it", program_meta(), files)


@pytest.mark.slow
@needs_gcc
def test_the_printed_command_runs_the_winner_again(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_needy(add_component)
    given = ("--flags=-fno-plt '-DNEEDED=\"a b\"'", "--env.WORD=two words")
    search = (*(one for one in TUNE if "finals" not in one), "--finals=12", *QUICK)
    done = ckp(*search, *given, "--tune=own", "--param=WORK=9,1", "--param=env.X=1,2")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    again = shlex.split(found["command"])
    assert again[0] == "ckp"
    run = ckp(*again[1:], "--record", "--record-uoa=again", "--repeat=2", "--json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["correct"] is True
    (before,) = [one for one in points_of(ckp, "tune-it") if one["uid"] == found["point"]]
    (after,) = points_of(ckp, "again")
    assert after["build"]["digest"] == before["build"]["digest"]
    same = ("compiler", "level", "flags", "env.WORD", "env.X", "command")
    assert [after["choices"].get(one) for one in same] == [
        before["choices"].get(one) for one in same
    ]
    trials = trials_of(ckp_home, "tune-it")
    assert all(str(one.choices["flags"]).startswith("-fno-plt ") for one in trials)
    assert {one.choices["env.WORD"] for one in trials} == {"two words"}


def points_of(ckp: Ckp, name: str) -> list[dict[str, Any]]:
    done = ckp("show", f"experiment:{name}", "--json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@needs_gcc
def test_without_flags_of_a_level_it_is_O3_as_everywhere(  # noqa: N802  # the flag's name
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """Also where the level is not varied; and the printed command of nothing builds the same."""
    add_component("program", "it", *tuned_program())
    done = ckp(*TUNE, *QUICK, "--tune=own", "--param=env.NOBODY=1,2")
    assert done.returncode == 0, done.stderr
    first = trials_of(ckp_home, "tune-it")[0]
    assert first.build is not None
    assert first.build.flags[0] == "-O3"
    done = ckp("compile", "program:it", "--compiler=gcc", "--json")
    assert json.loads(done.stdout)["build"]["flags"] == [*first.build.flags]


@needs_gcc
def test_what_is_fixed_is_not_varied(ckp: Ckp, add_component: AddComponent) -> None:
    choices = {
        "IGNORED": {"type": "integer", "values": [0, 1], "default": 0},
        "KEPT": {"type": "integer", "values": [0, 1], "default": 0},
        "SEEN": {"sets": "variable", "type": "integer", "values": [0, 1]},
    }
    add_component("program", "it", *tuned_program(choices=choices, run_vars={"SEEN": "0"}))
    given = ("--flags=-DIGNORED=1 -O1", "--env.SEEN=1")

    def listed(*options: str) -> set[str]:
        done = ckp("autotune", "program:it", "--compiler=gcc", "--list", "--json", *options)
        assert done.returncode == 0, done.stderr
        return {one["name"] for one in json.loads(done.stdout)}

    assert {"IGNORED", "KEPT", "SEEN", "-O", "-flto"} <= listed()
    assert listed("--tune=choices") == {"IGNORED", "KEPT", "SEEN"}
    left = listed(*given)
    assert {"KEPT", "-flto"} <= left
    assert left.isdisjoint({"IGNORED", "SEEN", "-O"})
    for param in ("--param=IGNORED=0,1", "--param=env.SEEN=0,1", "--param=-O=-O2,-O3"):
        done = ckp(*TUNE, *QUICK, *given, param)
        assert done.returncode == 2, done.stderr
        assert "which --flags or --env fixes" in done.stderr


@needs_gcc
def test_going_on_they_stay(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *tuned_program())
    given = ("--flags=-DIGNORED=1 -fno-plt", "--env.WORD=two words", "--tune=own")
    done = ckp(*TUNE, *QUICK, *given, "--param=WORK=1,2", "--evaluations=1")
    assert done.returncode == 0, done.stderr
    done = ckp("autotune", "--resume=experiment:tune-it", "--evaluations=2", "--json")
    assert done.returncode == 0, done.stderr
    trials = trials_of(ckp_home, "tune-it")
    assert [configuration_of(one) for one in trials] == [{}, {"WORK": "2"}]
    assert all(str(one.choices["flags"]).startswith("-DIGNORED=1 -fno-plt ") for one in trials)
    assert {one.choices["env.WORD"] for one in trials} == {"two words"}
    for option in ("--flags=-g", "--env.A=1", "--seed=3"):
        done = ckp("autotune", "--resume=experiment:tune-it", option)
        assert done.returncode == 2
        name = option.partition("=")[0].partition(".")[0]
        assert f"as it was asked for: {name} cannot be changed" in done.stderr


def parameter(name: str, *values: str, place: Place = Place.FLAG) -> Parameter:
    return Parameter(name=name, values=("", *values), default="", group="it", place=place)


@pytest.mark.parametrize(
    ("flags", "one", "is_said"),
    [
        (("-O1",), parameter("-O", "-O2"), True),
        (("-Ofast",), parameter("-O", "-O2"), True),
        (("-march=skylake",), parameter("-march", "-march=native"), True),
        (("-mtune=generic",), parameter("-march", "-march=native"), False),
        (("-fno-gcse",), parameter("-fgcse", "-fgcse", "-fno-gcse"), True),
        (("-fgcse-lm",), parameter("-fgcse", "-fgcse", "-fno-gcse"), False),
        (("--param=a=3",), parameter("--param=a", "--param=a=1"), True),
        (("--param", "a=3"), parameter("--param=a", "--param=a=1"), True),
        (("-mllvm", "-b=3"), parameter("-mllvm -b", "-mllvm -b=1"), True),
        (("-mllvm", "-c=3"), parameter("-mllvm -b", "-mllvm -b=1"), False),
        (("-DTILE=3",), parameter("TILE", "1", place=Place.MACRO), True),
        (("-D", "TILE"), parameter("TILE", "1", place=Place.MACRO), True),
        (("-DTILES=3",), parameter("TILE", "1", place=Place.MACRO), False),
        (("",), parameter("-fgcse", "-fgcse"), False),
        (("TILE=1",), parameter("TILE", "1", place=Place.VARIABLE), False),
        ((), parameter("MINE", "1", place=Place.VARIABLE), True),
        (("yes",), parameter("--pgo", "yes", place=Place.PROFILE), False),
    ],
)
def test_what_flags_say(flags: tuple[str, ...], one: Parameter, is_said: bool) -> None:  # noqa: FBT001  # from the table
    build = BuildOptions(program=Cid("program", "it"), flags=flags, level=Level.DEFAULT)
    run = RunOptions(build=build, environment={"MINE": "1"})
    assert is_fixed(one, run) is is_said


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"level": "speed", "flags": ""}, []),
        ({"level": "speed", "flags": "-g '-DA=b c'"}, ["--speed", "--flags=-g '-DA=b c'"]),
        ({"level": "default", "flags": "-O2"}, ["--flags=-O2"]),
        ({"level": "size", "flags": ""}, ["--size"]),
        ({"pgo": "yes"}, ["--pgo"]),
        ({"target": "here"}, []),
        ({"target": "linux-arm64"}, ["--target=linux-arm64"]),
        ({"env.A": "b;c", "repeat": 3}, ["--env.A=b;c", "--env.CT_REPEAT_MAIN=3"]),
        ({"compiler": "gcc@12.2.0"}, ["--compiler=gcc@12.2.0"]),
    ],
)
def test_the_words_of_the_command(choices: dict[str, Any], words: list[str]) -> None:
    point = Point(
        uid="0" * 16,
        recorded_at="",
        program=RecordedComponent(cid="program:it"),
        command="main",
        dataset=RecordedComponent(cid="dataset:some"),
        choices=choices,
    )
    expected = ["ckp", "run", "program:it", *words, "--dataset=some", "--cmd-key=main"]
    assert shlex.split(command_of(point, "here")) == expected
