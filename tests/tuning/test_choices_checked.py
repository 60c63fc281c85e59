"""``ckp check`` says of choices what ``ckp autotune`` would refuse."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from component_kit import HELLO, program_meta

TILE = {"type": "integer", "values": [8, 16, 32], "default": 16}
WORD = "$#BIN_FILE#$ $<<BLOCK>>$"
KEYS = (
    "sets, type, values, range, step, scale, default, when, inexact, only_for_cmd, "
    "values_for_cmd, desc"
)


def added(add_component: AddComponent, **changes: Any) -> Path:
    text = json.dumps(program_meta(**changes), indent=1)
    return add_component("program", "it", text, {"main.c": HELLO}) / ".cm" / "meta.json"


def line_of(file: Path, part: str) -> int:
    (line,) = [n for n, text in enumerate(file.read_text().splitlines(), 1) if part in text]
    return line


@pytest.mark.parametrize(
    ("changes", "part", "said"),
    [
        (
            {"choices": {"TILE": {**TILE, "when": "TYLE > 8"}}},
            "TYLE",
            "'choices.TILE.when' must be a condition on names in 'choices', not 'TYLE'",
        ),
        (
            {"choices": {"TILE": TILE}, "constraints": ["TILE > 1", "TILE * TILE <= 64"]},
            "<= 64",
            "'constraints[1]' must be a condition that the defaults fulfil, "
            "not 'TILE * TILE <= 64'",
        ),
        (
            {"constraints": ["TILE > 1"]},
            "TILE > 1",
            "'constraints[0]' must be a condition on names in 'choices', not 'TILE'",
        ),
        (
            {"command": WORD, "choices": {"BLOCK": {**TILE, "sets": "variable"}}},
            '"BLOCK": {',
            "'choices.BLOCK' is a word of command 'default', so 'run_vars' must give the value "
            "it has as it is",
        ),
        (
            {"choices": {"TILE": {**TILE, "valuess": [1]}}},
            "valuess",
            f"'choices.TILE' has no key 'valuess'; did you mean 'values'? it may have {KEYS}",
        ),
        (
            {"choices": {"TILE": {**TILE, "xyz": [1]}}},
            "xyz",
            f"'choices.TILE' has no key 'xyz'; it may have {KEYS}",
        ),
        (
            {"choices": {"TILE": {**TILE, "default": 12}}},
            '"default": 12',
            "'choices.TILE.default' must be one of 8, 16, 32, not '12'",
        ),
    ],
)
def test_mistakes_are_named(
    ckp: Ckp, add_component: AddComponent, changes: Mapping[str, Any], part: str, said: str
) -> None:
    file = added(add_component, **changes)
    done = ckp("check", "program:it")
    assert done.returncode == 4, done.stdout
    assert done.stdout == f"{file}:{line_of(file, part)}: {said}\n"
    tuned = ckp("autotune", "program:it", "--list")
    assert tuned.returncode == 4
    assert said in tuned.stderr


def test_a_mistake_of_each_choice_is_named_once(ckp: Ckp, add_component: AddComponent) -> None:
    """Though every command is looked at; and what a machine reads names it as well."""
    run = program_meta()["run_cmds"]["default"]
    choices = {name: {**TILE, "default": 12} for name in ("A", "B")}
    added(add_component, choices={**choices, "C": TILE}, run_cmds={"one": run, "other": run})
    done = ckp("check", "program:it", "--json")
    assert done.returncode == 4
    found = json.loads(done.stdout)
    assert [one["key"] for one in found] == ["choices.A.default", "choices.B.default"]
    assert {one["problem"] for one in found} == {"must be one of 8, 16, 32, not '12'"}


def test_of_which_only_one_command_is_concerned(ckp: Ckp, add_component: AddComponent) -> None:
    run = program_meta()["run_cmds"]["default"]
    blocked = {"run_time": {**run["run_time"], "run_cmd_main": WORD}}
    choice = {**TILE, "sets": "variable"}
    added(add_component, choices={"BLOCK": choice}, run_cmds={"a": run, "b": blocked})
    done = ckp("check", "program:it")
    assert "'choices.BLOCK' is a word of command 'b'" in done.stdout
    choice["only_for_cmd"] = ["a"]
    added(add_component, choices={"BLOCK": choice}, run_cmds={"a": run, "b": blocked})
    assert ckp("check", "program:it").stdout == "no mistakes\n"


def test_a_program_that_cannot_be_read_otherwise(ckp: Ckp, add_component: AddComponent) -> None:
    added(add_component, choices={"TILE": TILE}, source_files=["../../elsewhere.c"])
    done = ckp("check", "program:it")
    assert done.returncode == 4
    assert "'../../elsewhere.c' must be a path inside the component" in done.stdout


def test_what_a_base_gives_is_there(ckp: Ckp, add_component: AddComponent) -> None:
    meta = program_meta(WORD, run_vars={"BLOCK": "16"})
    add_component("program", "base", meta, {"main.c": HELLO})
    choices = {"BLOCK": {**TILE, "sets": "variable"}}
    add_component("program", "it", {"_base_entry": "program:base", "choices": choices})
    assert ckp("check", "program:it").stdout == "no mistakes\n"
    assert ckp("check", "program").returncode == 0
    choices["BLOCK"]["default"] = 8
    add_component("program", "it", {"_base_entry": "program:base", "choices": choices})
    done = ckp("check", "program")
    assert "'choices.BLOCK.default' must be 16, what 'build_compiler_vars' or" in done.stdout
    assert done.returncode == 4


def test_a_base_that_is_not_here_stops_no_check(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", {"_base_entry": "program:nowhere", "tags": ["x"]})
    assert ckp("check", "program:*").stdout == "no mistakes\n"
