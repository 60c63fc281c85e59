"""``--param``: what it becomes, and what it refuses before anything is built."""

from __future__ import annotations

import json
import shlex
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.domain.variation_text import split_values
from ck_core.errors import UsageError
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.own_parameters import own_parameters
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import tuned_program

LEVEL = Parameter(name="-O", values=("-O3", "-O2", "-Os"), default="-O3", group="flags")
MACHINE = Parameter(
    name="-march",
    values=("", "-march=native -ffp-contract=off", "-march=native"),
    group="flags",
    inexact=frozenset({"-march=native"}),
)
SWITCH = Parameter(name="-fx", values=("", "-fx", "-fno-x"), group="flags")
KNOWN = {one.name: one for one in (LEVEL, MACHINE, SWITCH)}


def read(name: str, text: str) -> Parameter:
    (found,) = own_parameters({name: split_values(text)}, KNOWN)
    return found


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("-O", "-O0,-O9", ("-O3", "-O0", "-O9")),
        ("-O", "0,2", ("-O3", "-O0", "-O2")),
        ("-O", "-O2,s", ("-O3", "-O2", "-Os")),
        ("-march", "native,znver2", ("", "-march=native", "-march=znver2")),
        ("-march", "-march=native,-march=znver2", ("", "-march=native", "-march=znver2")),
        ("-fx", "-fx,-fno-x", ("", "-fx", "-fno-x")),
        ("-fx", "-fx=1,2", ("", "-fx=1", "-fx=2")),
        ("-fy", "16,32", ("", "-fy=16", "-fy=32")),
        ("-fy", "-1,1", ("", "-fy=-1", "-fy=1")),
        ("-fy", "-fy,-fno-y", ("", "-fy", "-fno-y")),
        ("-mllvm -z", "-mllvm -z=1,2", ("", "-mllvm -z=1", "-mllvm -z=2")),
    ],
)
def test_words_of_a_flag(name: str, text: str, values: tuple[str, ...]) -> None:
    assert read(name, text).values == values


@pytest.mark.parametrize(
    ("name", "text", "inexact"),
    [
        ("-march", "native,znver2", {"-march=native", "-march=znver2"}),
        ("-march", "-march=znver2 -ffp-contract=off,znver3", {"-march=znver3"}),
        ("-O", "-O0,-O9", set()),
        ("-fx", "1,2", set()),
        ("-fy", "1,2", set()),
    ],
)
def test_a_new_value_is_as_inexact_as_those_that_are_known(
    name: str, text: str, inexact: set[str]
) -> None:
    """Whatever machine code is for, it may have fused operations."""
    assert read(name, text).inexact == inexact


def test_macros_and_variables() -> None:
    tile, variable = read("TILE", "8,16"), read("env.A.b", "x,y")
    assert (tile.name, tile.place, tile.ordered) == ("TILE", Place.MACRO, True)
    assert (variable.name, variable.place, variable.values) == ("A.b", Place.VARIABLE, ("x", "y"))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("-x", "'a,b", "-x='a cannot be read: No closing quotation"),
        ("-O", "'a,b", "-O'a cannot be read: No closing quotation"),
        ("-", "1,2", "'-' is no flag"),
        ("--", "1,2", "'--' is no flag"),
        ("env.", "1,2", "'env.' names nothing behind"),
        ("A B", "1,2", "'A B' is no name of a macro"),
        ("1A", "1,2", "'1A' is no name of a macro"),
        ("env.CT_REPEAT_MAIN", "700,70", "env.CT_REPEAT_MAIN changes how much is done, not how"),
        ("CT_REPEAT_MAIN", "700,70", "CT_REPEAT_MAIN changes how much is done"),
        ("TILE", "8", "one value only"),
        ("-O", "3,-O3", "-O has one value only"),
    ],
)
def test_what_cannot_be_meant(name: str, text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(name, text)
    assert said in caught.value.message
    assert caught.value.hint


@given(name=st.text(min_size=1, max_size=12) | st.sampled_from([*KNOWN]), text=st.text(max_size=20))
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_is_read_or_refused(name: str, text: str) -> None:
    """And every flag that is read can be handed to a compiler."""
    with suppress(UsageError):
        found = read(name, text)
        if found.place is Place.FLAG:
            assert all(shlex.split(one) for one in found.others)


@needs_gcc
@pytest.mark.parametrize(
    "words", ["-x='a,b", "env.=1,2", "env.CT_REPEAT_MAIN=700,70"], ids=["quote", "name", "work"]
)
def test_nothing_is_built_before_it_is_refused(
    ckp: Ckp, add_component: AddComponent, words: str
) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp("autotune", "program:it", "--compiler=gcc", "--tune=own", "--param", words)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "building" not in done.stderr


@needs_gcc
def test_what_may_change_results_is_not_left_out_in_silence(
    ckp: Ckp, add_component: AddComponent
) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp("autotune", "program:it", "--compiler=gcc", "--param=-O=-Ofast,-O3")
    assert done.returncode == 2, done.stderr
    assert "--param -O: all of its values may change results" in done.stderr
    assert "--allow-inexact" in done.stderr


def test_a_value_breaks_no_table(ckp: Ckp, add_component: AddComponent) -> None:
    values = ["one\ntwo", "a\tb", "\x1b[2J", "plain"]
    choice = {"sets": "variable", "type": "choice", "values": values, "default": "plain"}
    add_component("program", "it", *tuned_program(choices={"HOW": choice}))
    done = ckp("autotune", "program:it", "--list", "--tune=choices")
    assert done.returncode == 0, done.stderr
    head, line = done.stdout.splitlines()
    assert head.split() == ["parameter", "values", "default", "group"]
    assert line.split(maxsplit=1)[1].split("  ")[0] == "one\\ntwo | a\\tb | \\x1b[2J | plain"
    told = ckp("autotune", "program:it", "--list", "--tune=choices", "--json")
    assert json.loads(told.stdout)[0]["values"] == values
