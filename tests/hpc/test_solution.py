"""The solution from nothing to a scaling report: its manifest by itself, and all of it for real."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

import ck_plugins_hpc
from ck_core.cli.main import ckp as group
from ck_core.domain.component import Component
from ck_core.domain.program import parse_program
from ck_core.domain.program_options.applying import found_options
from ck_core.domain.solution import OUTPUT, Solution, parse_solution
from ck_core.testing.fixtures import Ckp
from hpc.cluster import Cluster

REPOSITORY = Path(ck_plugins_hpc.__file__).parent / "repo"
NAME = "scaling-report"
needs_mpi = pytest.mark.skipif(shutil.which("mpicc") is None, reason="needs MPI's mpicc")


def component(kind: str, name: str) -> Component:
    place = REPOSITORY / kind / name
    values = json.loads((place / ".cm" / "meta.json").read_text("utf-8"))
    return Component(repository="ckp-hpc", kind=kind, alias=name, uid="", path=place, values=values)


@pytest.fixture
def solution() -> Solution:
    return parse_solution(component("solution", NAME))


@pytest.mark.usefixtures("ckp_home")
@pytest.mark.parametrize("given", [{}, {"on": "slurm", "tasks": "2,8", "install": "yes"}])
def test_its_steps_are_commands_that_ckp_has(solution: Solution, given: dict[str, str]) -> None:
    values = {**solution.values(given), OUTPUT: "/somewhere"}
    program = parse_program(component("program", "mpi-jacobi"))
    for step in solution.steps:
        action, *words = step.words(values)
        command = group.get_command(group.make_context("ckp", [action]), action)
        assert command, step.title
        parsed = command.make_context(action, words)
        for option, texts in found_options(program, parsed.params.get("own") or {}).items():
            option.text(str(texts))


def test_its_steps_make_what_it_promises(solution: Solution) -> None:
    words = {
        word for step in solution.steps for word in step.words({**solution.values({}), OUTPUT: ""})
    }
    kinds = {f"{name}.{kind}" for name in ("strong", "weak") for kind in ("csv", "png", "html")}
    assert {*solution.results} == kinds
    assert kinds <= words


def test_it_has_no_mistakes(ckp: Ckp) -> None:
    done = ckp("check", "ckp-hpc:solution:*")
    assert (done.returncode, done.stdout) == (0, "no mistakes\n")


SMALL = ("--tasks=1,2", "--grid=128", "--runs=1", "--json")


@pytest.mark.slow
@needs_mpi
@pytest.mark.usefixtures("whole_machine")
def test_from_nothing_to_tables_pictures_and_pages(ckp: Ckp, tmp_path: Path) -> None:
    place = tmp_path / "report"
    done = ckp("run", f"solution:{NAME}", f"--output={place}", *SMALL)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {Path(one).name for one in told["results"]} == {one.name for one in place.iterdir()}
    assert len(told["results"]) == 6
    for name in ("strong", "weak"):
        table = [*csv.DictReader((place / f"{name}.csv").open(encoding="utf-8"))]
        assert [one["tasks"] for one in table] == ["1", "2"]
        assert (place / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        page = (place / f"{name}.html").read_text("utf-8")
        assert f"{name.capitalize()} scaling of mpi-jacobi" in page
    assert "correct        yes, as the reference" in told["steps"][1]["output"]


@pytest.mark.slow
@needs_mpi
@pytest.mark.usefixtures("whole_machine")
def test_the_same_on_a_cluster(ckp: Ckp, cluster: Cluster, tmp_path: Path) -> None:
    words = (f"--output={tmp_path / 'report'}", "--on=slurm", "--together=2", *SMALL)
    done = ckp("run", f"solution:{NAME}", *words)
    assert done.returncode == 0, done.stderr
    points = json.loads(ckp("show", f"experiment:{NAME}-strong", "--json").stdout)
    assert {one["features"]["launcher"] for one in points} == {"slurm"}
    assert {one["features"]["nodes"] for one in points} <= {"n1", "n2", "n3", "n4"}
