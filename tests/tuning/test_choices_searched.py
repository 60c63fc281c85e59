"""Searches over what programs themselves say may be varied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ck_core.testing.fixtures import AddComponent, Ckp
from component_kit import program_meta
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import configuration_of, trials_of, tuned_program

pytestmark = needs_gcc
OWN = ("autotune", "program:it", "--compiler=gcc", "--tune=choices", "--strategy=exhaustive")
FEW = ("--finals=5", "--repeat=2", "--no-reduction", "--seed=1")
WORK = {"type": "integer", "values": [1, 4, 12], "default": 4}
ECHO = '#include <stdio.h>\nint main(int n, char **v) { puts(n > 1 ? "some" : ""); (void)v; }\n'


def searched(ckp: Ckp, home: Path) -> list[Any]:
    done = ckp(*OWN, *FEW, "--json")
    assert done.returncode == 0, done.stderr
    return trials_of(home, "tune-it")


def test_the_best_macro_wins_and_the_default_is_the_program_as_it_is(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program(choices={"WORK": WORK}))
    first, *others = searched(ckp, ckp_home)
    assert first.choices["flags"] == ""
    assert [one.choices["flags"] for one in others] == ["-DWORK=1", "-DWORK=12"]
    assert min((first, *others), key=lambda one: one.metrics["wall_s"].value) is others[0]


def test_conditions_and_constraints_leave_out_what_makes_no_sense(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    choices = {
        "A": {"type": "integer", "values": [0, 1, 2], "default": 0},
        "IGNORED": {"type": "boolean", "default": "no", "when": "A == 2"},
        "B": {"sets": "variable", "type": "choice", "values": ["x", "y"], "default": "x"},
    }
    meta, files = tuned_program(choices=choices, constraints=["A != 1 or B == 'x'"])
    add_component("program", "it", meta, files)
    tried = [configuration_of(one) for one in searched(ckp, ckp_home)]
    expected: list[dict[str, str]] = [
        {},
        {"B": "y"},
        {"A": "1"},
        {"A": "2"},
        {"A": "2", "B": "y"},
        {"A": "2", "IGNORED": "1"},
        {"A": "2", "IGNORED": "1", "B": "y"},
    ]
    assert tried[0] == {}
    assert sorted(map(_text, tried)) == sorted(map(_text, expected))


def _text(configuration: dict[str, str]) -> str:
    return json.dumps(configuration, sort_keys=True)


def test_a_word_of_the_command_line(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    choices = {"HOW": {"sets": "variable", "type": "choice", "values": ["a", "b c; exit 1"]}}
    meta = program_meta('$#BIN_FILE#$ "$<<HOW>>$"', run_vars={"HOW": "a"}, choices=choices)
    add_component(
        "program", "it", meta, {"main.c": ECHO, "reference/default/none/stdout.txt": "some\n"}
    )
    first, second = searched(ckp, ckp_home)
    assert (first.status, second.status) == ("ok", "ok")
    assert "env.HOW" not in first.choices
    assert second.choices["env.HOW"] == "b c; exit 1"


def test_a_macro_that_the_meta_sets_as_well_is_set_once(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """Under -Werror a second definition would be a mistake."""
    changes = {"build_compiler_vars": {"WORK": "4"}, "compiler_flags_as_env": "-Werror"}
    meta, files = tuned_program(choices={"WORK": {"type": "integer", "values": [1, 4]}}, **changes)
    add_component("program", "it", meta, files)
    assert [one.status for one in searched(ckp, ckp_home)] == ["ok", "ok"]


def test_values_of_the_users_own_stand_before_the_programs(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program(choices={"WORK": WORK}))
    options = ("--tune=own", "--param=WORK=2,3", "--strategy=exhaustive", *FEW)
    done = ckp("autotune", "program:it", "--compiler=gcc", *options)
    assert done.returncode == 0, done.stderr
    flags = [one.choices["flags"] for one in trials_of(ckp_home, "tune-it")]
    assert flags == ["-DWORK=2", "-DWORK=3"]


def test_a_mistake_is_named_before_anything_is_built(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program(choices={"WORK": {**WORK, "default": 5}}))
    done = ckp(*OWN)
    assert "'choices.WORK.default' must be one of 1, 4, 12, not '5'" in done.stderr
    assert done.returncode not in (0, 1)
    assert "Traceback" not in done.stderr
    assert not list(ckp_home.rglob("*.out"))
    assert ckp("run", "program:it", "--repeat=1").returncode == 0


def test_choices_of_another_command(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    meta, files = tuned_program(choices={"WORK": {**WORK, "only_for_cmd": ["other"]}})
    meta["run_cmds"]["other"] = meta["run_cmds"]["default"]
    add_component("program", "it", meta, files)
    assert ckp(*OWN).returncode == 2
    done = ckp(*OWN, "--evaluations=6", "--seed=1", "--finals=12", "--cmd-key=other")
    assert done.returncode == 0, done.stderr
    assert "--cmd-key=other" in done.stdout
    assert {one.command for one in trials_of(ckp_home, "tune-it")} == {"other"}
