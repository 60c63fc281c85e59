"""Shipped programs print what their references say, whatever value a choice has."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ck_core.domain.component import Component
from ck_core.domain.program import Program, parse_program
from ck_core.domain.tuning.choices_reading import Choices, read_choices
from ck_core.domain.tuning.space import Space
from oracles.oracle_kit import REPO, dataset_file, datasets_with, load_meta, reference

COMPILERS = {"CK_CC": ("gcc", "-std=c11"), "CK_CXX": ("g++", "-std=c++17")}


def shipped(name: str) -> Program:
    path = REPO / "program" / name
    values = load_meta("program", name)
    component = Component(
        repository="shipped", kind="program", alias=name, uid="", path=path, values=values
    )
    return parse_program(component)


def choices_of(program: Program) -> Choices:
    """Of all commands together."""
    found = [read_choices(program, one) for one in program.commands.values()]
    return max(found, key=lambda one: len(one.parameters))


TUNABLE = [
    program
    for path in sorted((REPO / "program").glob("[a-z]*"))
    for program in [shipped(path.name)]
    if "choices" in program.component.meta
]


def cases() -> Iterator[Any]:
    """Each value alone; the ends of each choice in every run of the tests."""
    for program in TUNABLE:
        for one in choices_of(program).parameters:
            for at, value in enumerate(one.values):
                is_end = at in (0, len(one.values) - 1)
                yield pytest.param(
                    *(program, one.name, value),
                    id=f"{program.name}-{one.name}={value}",
                    marks=() if is_end else pytest.mark.slow,
                )


def outputs(program: Program, macros: dict[str, str], directory: Path) -> None:
    """Built and run on every dataset; raises AssertionError."""
    compiler, standard = COMPILERS[program.compiler_variable]
    if shutil.which(compiler) is None:
        pytest.skip(f"needs a real {compiler}")
    root, binary = program.component.path, directory / "a.out"
    sources = [str(root / one) for one in program.build.sources]
    words = [f"-D{name}={value}" for name, value in macros.items()]
    warnings = ("-Wall", "-Wextra", "-Werror")
    subprocess.run(
        [compiler, standard, *warnings, "-O1", *words, *sources, "-o", str(binary)], check=True
    )
    for command in program.commands.values():
        for dataset in datasets_with(sorted(command.dataset_tags)):
            arguments = [command.key, str(dataset_file(dataset))]
            if "$#BIN_FILE#$ $#dataset" in command.template:
                arguments = arguments[1:]
            done = subprocess.run([binary, *arguments], capture_output=True, text=True, check=True)
            expected = reference(program.name, command.key, dataset, "stdout.txt").read_text()
            assert done.stdout == expected, (macros, command.key, dataset)


def test_some_programs_have_choices() -> None:
    assert {one.name for one in TUNABLE} >= {"matmul", "sort"}


@pytest.mark.parametrize(("program", "name", "value"), list(cases()))
def test_outputs_are_right(program: Program, name: str, value: str, tmp_path: Path) -> None:
    outputs(program, {name: value}, tmp_path)


def test_sizes_of_tiles_that_do_not_divide_each_other(tmp_path: Path) -> None:
    program = shipped("matmul")
    outputs(program, {"TILE_ROWS": "8", "TILE_INNER": "256", "TILE_COLUMNS": "64"}, tmp_path)
    outputs(program, {"TILE_ROWS": "7", "TILE_INNER": "1", "TILE_COLUMNS": "13"}, tmp_path)


def test_the_constraint_of_the_tiles_leaves_those_that_fit_a_cache() -> None:
    found = choices_of(shipped("matmul"))
    space = Space(found.parameters, found.constraints)
    allowed = [*space.all()]
    assert 100 < len(allowed) < space.size == 216
    assert not space.allows({"TILE_ROWS": "256", "TILE_INNER": "256", "TILE_COLUMNS": "256"})


@pytest.mark.parametrize("program", TUNABLE, ids=lambda one: one.name)
def test_a_choice_reaches_the_code(program: Program, tmp_path: Path) -> None:
    """One that the sources do not read would be tuned in vain."""
    compiler, standard = COMPILERS[program.compiler_variable]
    if shutil.which(compiler) is None:
        pytest.skip(f"needs a real {compiler}")
    for one in choices_of(program).parameters:
        made = set()
        for value in (one.default, one.values[0], one.values[-1]):
            source = program.component.path / program.build.sources[0]
            target = tmp_path / "a.o"
            words = [f"-D{one.name}={value}", "-O1", "-c", str(source), "-o", str(target)]
            subprocess.run([compiler, standard, *words], check=True)
            made.add(target.read_bytes())
        assert len(made) == 3, one.name


@pytest.mark.parametrize("program", TUNABLE, ids=lambda one: one.name)
def test_the_stated_default_is_what_the_sources_have(program: Program, tmp_path: Path) -> None:
    compiler, standard = COMPILERS[program.compiler_variable]
    if shutil.which(compiler) is None:
        pytest.skip(f"needs a real {compiler}")
    source = program.component.path / program.build.sources[0]
    stated = [f"-D{one.name}={one.default}" for one in choices_of(program).parameters]
    made = []
    for words in ([], stated):
        target = tmp_path / "a.o"
        subprocess.run(
            [compiler, standard, *words, "-O1", "-c", str(source), "-o", str(target)], check=True
        )
        made.append(target.read_bytes())
    assert made[0] == made[1]
