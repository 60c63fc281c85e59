"""CK's CT_REPEAT_MAIN in benchmarks: chosen once, the same for all, never against a reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ck_core.domain.point import Point
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import measured_program, needs_gcc, recorded

pytestmark = needs_gcc
INVARIANT = {"output_invariant_of_repeat": "yes"}


def measure(ckp: Ckp, home: Path, *options: str) -> tuple[str, list[Point]]:
    command = ("benchmark", "program:it", "--compiler=gcc", "--calibration-time=0.1", "--repeat=2")
    done = ckp(*command, "--record-uoa=mine", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout, recorded(home, "mine")


def add(add_component: AddComponent, **run_time: Any) -> None:
    variables = {"CT_REPEAT_MAIN": "1"}
    program = measured_program(work=100_000, run_vars=variables, run_time=run_time)
    add_component("program", "it", *program)


def test_the_count_is_the_same_for_all(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add(add_component, **INVARIANT)
    output, points = measure(ckp, ckp_home, "--flags=-O1;-O2")
    counts = {one.choices["repeat"] for one in points}
    assert len(counts) == 1
    assert float(counts.pop()) > 20
    assert "env.CT_REPEAT_MAIN" not in points[0].choices
    assert {one.correct for one in points} == {True}
    assert points[0].characteristics["state.size"] == (points[0].choices["repeat"],) * 2
    assert "CT_REPEAT_MAIN=" in output


@pytest.mark.parametrize(
    ("option", "count"), [("--no-calibration", 1), ("--env.CT_REPEAT_MAIN=5", 5)]
)
def test_the_user_decides(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, option: str, count: int
) -> None:
    add(add_component, **INVARIANT)
    _, (point,) = measure(ckp, ckp_home, option)
    assert point.choices["repeat"] == count
    assert point.characteristics["state.size"] == (count, count)


def test_an_output_that_depends_on_it_keeps_its_reference(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add(add_component)
    output, (point,) = measure(ckp, ckp_home)
    assert "CT_REPEAT_MAIN stays as the program has it" in output
    assert "output_invariant_of_repeat" in output
    assert point.choices["repeat"] == 1
    assert point.correct is True


def test_a_program_that_does_not_read_it_is_measured_as_it_is(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    meta = {
        "run_vars": {"CT_REPEAT_MAIN": "1"},
        "run_cmds": {"default": {"run_time": {"run_cmd_main": "true"}}},
    }
    add_component("program", "it", meta)
    done = ckp("benchmark", "program:it", "--calibration-time=0.5", "--repeat=1")
    assert done.returncode == 0, done.stderr
    assert "CT_REPEAT_MAIN stays as the program has it" in done.stdout


def test_the_next_is_tried_where_the_first_crashes(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add(add_component, **INVARIANT)
    command = ("benchmark", "program:it", "--compiler=gcc", "--calibration-time=0.1", "--repeat=1")
    done = ckp(*command, "--env.CRASH=yes,no", "--record-uoa=mine")
    assert done.returncode == 8
    assert "with which a run of variant 2, as those before it do not run, took" in done.stdout
    assert {
        one.status: float(one.choices["repeat"]) > 20 for one in recorded(ckp_home, "mine")
    } == {
        "failed": True,
        "ok": True,
    }
    assert len([*(ckp_home / "cache" / "runs").iterdir()]) == 1, "the files of the run that failed"
