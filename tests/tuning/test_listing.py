"""``ckp autotune --list``: what would be varied, for people and for machines."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.cli.tuning_listing import show_parameters
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import tuned_program

LIST = ("autotune", "program:it", "--compiler=gcc", "--list")
LIMIT = "--param=max-unroll-times"
LEVEL = Parameter(
    name="-O",
    values=("-O3", "-O2", "-Ofast"),
    default="-O3",
    group="flags",
    inexact=frozenset({"-Ofast"}),
)
MATHS = Parameter(
    name="-ffast-math",
    values=("", "-ffast-math", "-fno-fast-math"),
    group="flags",
    inexact=frozenset({"-ffast-math", "-fno-fast-math"}),
)
NUMBER = Parameter(
    name=LIMIT,
    values=(f"{LIMIT}=1", f"{LIMIT}=4", "", f"{LIMIT}=32"),
    group="flags",
    ordered=True,
    default_told="8",
)
TILE = Parameter(
    name="TILE", values=("8", "16"), default="8", group="choices", place=Place.MACRO, ordered=True
)
ALL = (MATHS, NUMBER, replace(NUMBER, name="-mllvm -x", values=("", "-mllvm -x=true")), TILE, LEVEL)


def listed(capsys: pytest.CaptureFixture[str], *, allow_inexact: bool = False) -> list[str]:
    show_parameters(ALL, allow_inexact=allow_inexact, as_json=False)
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_what_matters_most_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(capsys) == [
        "parameter values default group",
        "-O -O3 | -O2 -O3 flags",
        "TILE 8 | 16 8 choices",
        "",
        "group flags, more:",
        "parameter values default",
        f"{LIMIT} 1..32 (4 values) 8",
        "-mllvm -x 8 | true 8",
        "",
        "off unless --allow-inexact:",
        "parameter values default",
        "-O -O3 | -Ofast -O3",
        "-ffast-math on | off none",
    ]


def test_inexact_values_that_are_varied_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    lines = listed(capsys, allow_inexact=True)
    assert "-O -O3 | -O2 | -Ofast (inexact) -O3 flags" in lines
    assert "-ffast-math on | off (inexact) none" in lines
    assert not any("unless" in one for one in lines)


def test_many_values_are_abridged(capsys: pytest.CaptureFixture[str]) -> None:
    values = tuple(f"v{at}" for at in range(1000))
    one = replace(TILE, values=values, default="v0", ordered=False)
    show_parameters([one], allow_inexact=False, as_json=False)
    assert "v0 | v1 | v2 | v3 | v4 | ... (1000 values)" in capsys.readouterr().out


@needs_gcc
def test_the_list_heeds_what_is_asked_for(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp(*LIST, "--tune=own", "--param=WORK=4,1", "--param=env.N=1,2,3,4")
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[1:] == [
        ["WORK", "4", "|", "1", "4", "own"],
        ["N", "1..4", "(4", "values)", "1", "own"],
    ]
    unknown = ckp(*LIST, "--tune=nonsense")
    assert unknown.returncode == 2
    assert "no parameters of group 'nonsense'" in unknown.stderr
    search = ckp(*LIST[:-1], "--tune=nonsense")
    assert (search.returncode, search.stderr) == (2, unknown.stderr)


@needs_gcc
def test_what_a_compiler_says_of_itself(ckp: Ckp, add_component: AddComponent) -> None:
    """The number behind a default is that of -O3; what is inexact is there, and off."""
    add_component("program", "it", *tuned_program())
    done = ckp(*LIST, "--json")
    assert done.returncode == 0, done.stderr
    found = {one["name"]: one for one in json.loads(done.stdout)}
    assert found["--param=max-inline-insns-auto"]["default_told"] == "30"
    assert "-Ofast" in found["-O"]["values"]
    assert "-Ofast" not in found["-O"]["varied"]
    assert found["-ffast-math"]["varied"] == []
    told = json.loads(ckp(*LIST, "--json", "--allow-inexact").stdout)
    assert all(one["varied"] == one["values"] for one in told)


def test_nothing_is_installed_to_list(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """The program's own choices are listed; what a package would bring is not fetched for it."""
    meta, files = tuned_program(
        choices={"PADDING": {"type": "integer", "values": [0, 1], "default": 0}}
    )
    needs = {"maths": {"tags": "lib,maths"}}
    recipe = {"source": {"files": "."}, "build": {"with": "script", "script": "install.sh"}}
    add_component(
        "program", "it", {**meta, "compile_deps": {**meta["compile_deps"], **needs}}, files
    )
    package = {"tags": ["lib", "maths"], "product": "maths", "recipe": recipe}
    add_component("package", "maths", package, {"install.sh": "touch $INSTALL_DIR/made"})
    done = ckp("autotune", "program:it", "--list")
    assert done.returncode == 0, done.stderr
    assert "PADDING" in done.stdout
    assert "what that would offer is not listed" in done.stderr
    assert not list(ckp_home.rglob("made"))
