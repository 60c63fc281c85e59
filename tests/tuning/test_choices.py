"""``choices`` and ``constraints`` of a program: what they become, and how mistakes are named."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ck_core.domain.component import Component
from ck_core.domain.program import parse_program
from ck_core.domain.tuning.choice_values import MOST
from ck_core.domain.tuning.choices_reading import Choices, read_choices
from ck_core.domain.tuning.parameter import Place
from ck_core.domain.tuning.space import Space
from ck_core.errors import BadComponentError
from ck_core.store.schemas import check_meta
from component_kit import program_meta

TILE = {"type": "integer", "values": [8, 16, 32], "default": 16}


def read(choices: Any, command: str = "", **changes: Any) -> Choices:
    component = Component(
        repository="local",
        kind="program",
        alias="it",
        uid="0123456789abcdef",
        path=Path("/it"),
        values=program_meta(choices=choices, **changes),
    )
    program = parse_program(component)
    return read_choices(program, program.command(command))


def values_of(choice: Any, **changes: Any) -> tuple[str, ...]:
    (parameter,) = read({"IT": choice}, **changes).parameters
    return parameter.values


def test_a_choice_becomes_a_parameter() -> None:
    found = read(
        {
            "TILE": {**TILE, "desc": "rows of a tile"},
            "LAYOUT": {
                "sets": "variable",
                "type": "choice",
                "values": ["rows", "columns"],
                "default": "rows",
                "when": "TILE > 8",
            },
        },
        constraints=["TILE * TILE <= 1024"],
    )
    tile, layout = found.parameters
    assert (tile.name, tile.values, tile.default) == ("TILE", ("8", "16", "32"), "16")
    assert (tile.group, tile.place, tile.ordered) == ("choices", Place.MACRO, True)
    assert (layout.place, layout.ordered) == (Place.VARIABLE, False)
    assert layout.condition
    assert layout.condition.text == "TILE > 8"
    assert [one.text for one in found.constraints] == ["TILE * TILE <= 1024"]
    assert tile.tacit
    assert layout.tacit


@pytest.mark.parametrize(
    ("choice", "values"),
    [
        ({"type": "integer", "range": [1, 4], "default": 2}, "1 2 3 4"),
        ({"type": "integer", "range": [0, 64], "step": 16, "default": 0}, "0 16 32 48 64"),
        ({"type": "integer", "range": [8, 64], "scale": "log", "default": 32}, "8 16 32 64"),
        (
            {"type": "integer", "range": [8, 100], "scale": "log", "default": 24},
            "8 16 24 32 64 100",
        ),
        ({"type": "integer", "range": [1, 5], "step": 2, "default": 10}, "1 3 5 10"),
        ({"type": "integer", "values": ["4", 8.0], "default": "8"}, "4 8"),
        ({"type": "float", "range": [0, 1], "step": 0.25, "default": 1}, "0.0 0.25 0.5 0.75 1.0"),
        ({"type": "float", "range": [0.1, 0.5], "step": 0.2, "default": 0.3}, "0.1 0.3 0.5"),
        ({"type": "float", "values": [1, 1e-9], "default": 1}, "1.0 1e-09"),
        ({"type": "boolean", "default": False}, "0 1"),
        ({"type": "boolean", "default": "yes"}, "0 1"),
        ({"type": "choice", "values": ["float", "double"], "default": "double"}, "float double"),
        ({"type": "choice", "values": [10, "auto"], "default": 10}, "10 auto"),
    ],
)
def test_values(choice: dict[str, Any], values: str) -> None:
    assert values_of(choice) == tuple(values.split())


@pytest.mark.parametrize(
    ("choice", "first", "last"),
    [
        ({"type": "integer", "range": [1, 100_000], "default": 50}, "1", "100000"),
        (
            {"type": "integer", "range": [-(10**18), 10**18], "default": 7},
            f"-{10**18}",
            f"{10**18}",
        ),
        ({"type": "float", "range": [0, 1], "step": 1e-6, "default": 0.5}, "0.0", "1.0"),
        ({"type": "float", "range": [0, 1], "default": 0.123}, "0.0", "1.0"),
        (
            {"type": "float", "range": [1e-300, 1e300], "scale": "log", "default": 1},
            *("1e-300", "1e+300"),
        ),
    ],
)
def test_too_many_values_are_thinned_out_and_it_is_said(
    choice: dict[str, Any], first: str, last: str
) -> None:
    found = read({"IT": choice})
    (parameter,) = found.parameters
    assert 100 < len(parameter.values) <= MOST
    assert (parameter.values[0], parameter.values[-1]) == (first, last)
    assert parameter.default in parameter.values
    numbers = [float(one) for one in parameter.values]
    assert numbers == sorted(numbers)
    (note,) = found.notes
    assert note.startswith("IT: ")
    assert "are tried" in note


def test_a_thousand_values_are_all_tried() -> None:
    found = read({"IT": {"type": "integer", "range": [1, 1000], "default": 1}})
    assert len(found.parameters[0].values) == 1000
    assert not found.notes


def test_the_default_may_stand_where_the_program_sets_it() -> None:
    macros: dict[str, Any] = {"build_compiler_vars": {"IT": "16"}}
    variables: dict[str, Any] = {"run_vars": {"IT": "16"}}
    choice = {"type": "integer", "values": [8, 16]}
    assert read({"IT": choice}, **macros).parameters[0].default == "16"
    assert read({"IT": {**choice, "sets": "variable"}}, **variables).parameters[0].default == "16"
    for place, changes in (("macro", macros), ("variable", variables)):
        with pytest.raises(BadComponentError, match=r"choices.IT.default' must be 16, what"):
            read({"IT": {**choice, "sets": place, "default": 8}}, **changes)


def test_only_for_some_commands() -> None:
    run = program_meta()["run_cmds"]["default"]
    choices = {"A": TILE, "B": {**TILE, "only_for_cmd": ["tiled"]}}
    commands = {"run_cmds": {"plain": run, "tiled": run}}
    assert [one.name for one in read(choices, "plain", **commands).parameters] == ["A"]
    assert [one.name for one in read(choices, "tiled", **commands).parameters] == ["A", "B"]


def test_a_command_takes_only_some_values() -> None:
    run = program_meta()["run_cmds"]["default"]
    choices = {"A": {**TILE, "inexact": [32], "values_for_cmd": {"tiled": [16, "8"]}}}
    commands = {"run_cmds": {"plain": run, "tiled": run}}
    (plain,) = read(choices, "plain", **commands).parameters
    (tiled,) = read(choices, "tiled", **commands).parameters
    assert (plain.values, {*plain.inexact}) == (("8", "16", "32"), {"32"})
    assert (tiled.values, {*tiled.inexact}) == (("8", "16"), set())


def test_values_that_may_change_results() -> None:
    real = {"type": "choice", "values": ["double", "float"], "default": "double"}
    (parameter,) = read({"REAL": {**real, "inexact": ["float"]}}).parameters
    assert parameter.inexact == {"float"}
    assert parameter.exact is None


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ([], "'choices' must be an object"),
        ({"A": 3}, "'choices.A' must be an object"),
        ({"A": {}}, "'choices.A.type' must be one of integer, float"),
        ({"A": {**TILE, "type": "int"}}, "'choices.A.type' must be one of integer, float"),
        ({"A": {**TILE, "sets": "flag"}}, '\'choices.A.sets\' must be "macro" or "variable"'),
        ({"A": {**TILE, "wehn": "A"}}, "'choices.A' has no key 'wehn'; did you mean 'when'?"),
        ({"A": {"type": "integer", "default": 1}}, "'choices.A.values' must be a list"),
        ({"A": {**TILE, "range": [1, 2]}}, "'choices.A.values' must be a list"),
        ({"A": {**TILE, "values": [8, 16, 16]}}, "each once"),
        ({"A": {**TILE, "values": [16]}}, "two at least"),
        ({"A": {**TILE, "values": [*range(1001)]}}, "1000 at most"),
        ({"A": {**TILE, "values": [16, "many"]}}, "a list of whole numbers"),
        ({"A": {**TILE, "values": [16, 2.5]}}, "a list of whole numbers"),
        ({"A": {**TILE, "values": [16, True]}}, "a list of whole numbers"),
        ({"A": {**TILE, "values": [16, 10**400]}}, "a list of whole numbers"),
        ({"A": {**TILE, "values": "8,16"}}, "a list of whole numbers"),
        ({"A": {**TILE, "step": 2}}, "'choices.A.step' must be left out"),
        ({"A": {**TILE, "scale": "log"}}, "'choices.A.scale' must be left out"),
        ({"A": {**TILE, "default": 17}}, "'choices.A.default' must be one of 8, 16, 32"),
        ({"A": {**TILE, "default": None}}, "'choices.A.default' must be what the sources have"),
        ({"A": {"type": "integer", "values": [8, 16]}}, "'choices.A.default' must be what the"),
        ({"A": {**TILE, "inexact": [64]}}, "'choices.A.inexact' must be a list of values"),
        ({"A": {**TILE, "only_for_cmd": 3}}, "'choices.A.only_for_cmd' must be a list"),
        (
            {"A": {**TILE, "only_for_cmd": ["x"]}},
            "'choices.A.only_for_cmd' must be some of default",
        ),
        ({"A": {**TILE, "values_for_cmd": []}}, "'choices.A.values_for_cmd' must be an object"),
        (
            {"A": {**TILE, "values_for_cmd": {"x": [8, 16]}}},
            "'choices.A.values_for_cmd' must be some of default",
        ),
        *(
            (
                {"A": {**TILE, "values_for_cmd": {"default": values}}},
                "'choices.A.values_for_cmd.default' must be two or more of 8, 16, 32, 16 among",
            )
            for values in ([16], [8, 32], [16, 64], [16, "many"], 16)
        ),
        ({"A": {"type": "boolean", "default": 0, "values": [0, 1]}}, "'choices.A.values' must be"),
        ({"A": {"type": "boolean", "default": "maybe"}}, "'choices.A.default' must be what"),
        (
            {"A": {"type": "choice", "values": ["a", ""], "default": "a"}},
            "a list of texts that are not empty",
        ),
        ({"A": {"type": "choice", "range": [1, 2], "default": "a"}}, "only numbers have one"),
        *(
            ({"A": {"type": "integer", "default": 1, **ends}}, f"'choices.A.{key}' must be")
            for key, ends in (
                ("range", {"range": [5, 1]}),
                ("range", {"range": [1]}),
                ("range", {"range": [1, 2, 3]}),
                ("range", {"range": "1-5"}),
                ("range", {"range": [1, "x"]}),
                ("range", {"range": [0, 8], "scale": "log"}),
                ("step", {"range": [1, 8], "step": 0}),
                ("step", {"range": [1, 8], "step": 0.5}),
                ("step", {"range": [1, 8], "step": -1}),
                ("step", {"range": [1, 8], "step": 9}),
                ("step", {"range": [1, 8], "scale": "log", "step": 2}),
                ("scale", {"range": [1, 8], "scale": "log10"}),
            )
        ),
        ({"A": {"type": "float", "default": 0, "range": [0, 1e308], "step": 1e-300}}, "step' must"),
        ({"A": {"type": "float", "default": 0, "range": [-1e308, 1e308]}}, "range' must be"),
        ({"A": {"type": "float", "default": "nan", "range": [0, 1]}}, "default' must be"),
        ({"a-b": TILE}, "'choices' must be an object of names"),
        ({"": TILE}, "'choices' must be an object of names"),
        ({"CT_REPEAT_MAIN": TILE}, "leaves the work as it is"),
        ({"A": {**TILE, "when": "B > 1"}}, "'choices.A.when' must be a condition on names"),
        ({"A": {**TILE, "when": "A > 8"}}, "'choices.A.when' must be a condition that does not"),
        (
            {"A": {**TILE, "when": "B > 8"}, "B": {**TILE, "when": "A > 8"}},
            "'choices.A.when' must be a condition that does not lead back",
        ),
        ({"A": {**TILE, "when": "__import__('os')"}}, "may only compare and calculate"),
        ({"A": {**TILE, "when": "A <"}}, "'choices.A.when' must be a condition"),
        ({"A": TILE, "B": {**TILE, "when": "A < 'x'"}}, "'choices.B.when' must be a condition on"),
    ],
)
def test_mistakes_are_named(choices: Any, said: str) -> None:
    with pytest.raises(BadComponentError) as caught:
        read(choices)
    assert said in caught.value.message
    assert "meta.json" in caught.value.message


@pytest.mark.parametrize(
    ("constraints", "said"),
    [
        ("A < 8", "'constraints' must be a list of texts"),
        ([3], "'constraints' must be a list of texts"),
        (
            ["A <= 32", "A < B"],
            r"'constraints[1]' must be a condition on names in 'choices', not 'B'",
        ),
        (["A < 16"], "'constraints[0]' must be a condition that the defaults fulfil"),
        (["A ** A ** A > 1"], "'constraints[0]' must be a condition on numbers and texts"),
        (["A" * 1001], "longer than 1000"),
    ],
)
def test_mistakes_in_constraints(constraints: Any, said: str) -> None:
    with pytest.raises(BadComponentError) as caught:
        read({"A": TILE}, constraints=constraints)
    assert said in caught.value.message


def test_a_macro_where_nothing_is_compiled() -> None:
    with pytest.raises(BadComponentError, match="nothing of this program is compiled"):
        read({"A": TILE}, source_files=[])


def test_a_word_of_the_command_line_has_its_value_in_run_vars() -> None:
    run = {"run_time": {"run_cmd_main": "$#BIN_FILE#$ --block=$<<BLOCK>>$"}}
    choice = {"BLOCK": {**TILE, "sets": "variable"}}
    with pytest.raises(BadComponentError, match=r"'choices\.BLOCK' is a word of command 'default'"):
        read(choice, run_cmds={"default": run})
    assert read(choice, run_cmds={"default": run}, run_vars={"BLOCK": "16"}).parameters


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
KEYS = ["sets", "type", "values", "range", "step", "scale", "default", "when", "inexact"]
USUAL = st.sampled_from(
    ["integer", "float", "choice", "boolean", "log", "variable", 1, 2.5, "3", [1, 8], ["a", "b"]]
)


@given(choice=st.dictionaries(st.sampled_from(KEYS), USUAL | JSON), constraints=JSON)
@settings(max_examples=500, deadline=None)
def test_whatever_a_stranger_writes_is_read_or_named(choice: Any, constraints: Any) -> None:
    """And what is read holds together: the default is allowed, a draw is."""
    with suppress(BadComponentError):
        found = read({"A": {"type": "integer", **choice}}, constraints=constraints)
        space = Space(found.parameters, found.constraints)
        assert space.allows({})
        assert all(2 <= len(one.values) <= MOST for one in found.parameters)


@given(choice=st.dictionaries(st.sampled_from(KEYS), USUAL))
@settings(max_examples=300, deadline=None)
def test_what_is_read_has_no_mistake_for_the_schema(choice: Any) -> None:
    meta = program_meta(choices={"A": choice})
    with suppress(BadComponentError):
        read(meta["choices"])
        assert check_meta("program", json.dumps(meta), "meta.json") == []


@pytest.mark.parametrize(
    ("choice", "key"),
    [
        ({"type": "int"}, "choices.A.type"),
        ({}, "choices.A.type"),
        ({"type": "integer", "wehn": "B"}, "choices.A"),
        ({"type": "integer", "values": []}, "choices.A.values"),
        ({"type": "integer", "range": [1]}, "choices.A.range"),
        ({"type": "integer", "sets": "flag"}, "choices.A.sets"),
    ],
)
def test_the_schema_finds_mistakes(choice: dict[str, Any], key: str) -> None:
    text = json.dumps(program_meta(choices={"A": choice}))
    assert [one.key for one in check_meta("program", text, "meta.json")] == [key]
