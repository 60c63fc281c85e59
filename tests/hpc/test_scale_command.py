"""ckp scale: real threads, real ranks, and what cannot be scaled."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from pathlib import Path

import pytest

from ck_core.cli.scaling_report import check_outputs
from ck_core.errors import UsageError
from ck_core.testing.fixtures import AddComponent, Ckp
from component_kit import program_meta
from experiments.benchmark_kit import needs_gcc

ALLOWED = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
needs_mpi = pytest.mark.skipif(shutil.which("mpicc") is None, reason="needs MPI's mpicc")
SMALL = ("--grid=64", "--steps=40")


@needs_gcc
def test_threads_of_a_program_without_a_launcher(ckp: Ckp, gcc_only: None, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("s.svg", "s.csv")]
    outputs = [f"--output={one}" for one in files]
    done = ckp(
        *("scale", "program:openmp-stencil", "--threads=1,2", *SMALL, "--repeat=2"),
        *(*outputs, "--record-uoa=scaled"),
    )
    assert done.returncode == 0
    heads, *lines = done.stdout.splitlines()
    assert heads.split()[:3] == ["tasks", "threads", "solve_s"]
    assert [one.split()[:2] for one in lines[:2]] == [["1", "1"], ["1", "2"]]
    assert "serial fraction is Karp and Flatt's" in done.stdout
    assert "--repeat 6" in done.stdout
    assert b"Strong scaling" in files[0].read_bytes()
    table = [*csv.DictReader(files[1].open(encoding="utf-8"))]
    assert [(one["threads"], one["correct"]) for one in table] == [("1", "True"), ("2", "True")]
    speedup, efficiency = (float(table[1][name]) for name in ("speedup", "efficiency"))
    assert efficiency == pytest.approx(speedup / 2)
    (ran, more) = json.loads(ckp("show", "experiment:scaled", "--json").stdout)
    assert [one["metrics"]["threads"]["value"] for one in (ran, more)] == [1, 2]


@needs_mpi
@needs_gcc
def test_ranks_by_mpirun_where_no_launcher_is_given(ckp: Ckp, whole_machine: None) -> None:
    words = ("--grid=64", "--sweeps=20", "--repeat=1", "--warmup=0", "--json", "--compiler=gcc")
    done = ckp("scale", "program:mpi-jacobi", "--tasks=2,1", "--weak", *words, **ALLOWED)
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert (told["scaling"], told["metric"]) == ("weak", "solve_s")
    assert [one["tasks"] for one in told["rows"]] == [1, 2]
    points = {one["point"]["uid"]: one["point"] for one in told["variants"]}
    ran = [points[one["point"]] for one in told["rows"]]
    assert [one["characteristics"]["ranks"] for one in ran] == [[1.0], [2.0]]
    assert [one["characteristics"]["rows"] for one in ran] == [[64.0], [128.0]]
    assert {one["choices"]["scaling"] for one in ran} == {"weak"}
    assert {one["features"]["launcher"] for one in ran} == {"mpirun"}
    assert all(one["features"]["cpu"] == one["features"]["host.cpu"] for one in ran)
    base, more = told["rows"]
    assert more["speedup"] == pytest.approx(2 * base["solve_s"] / more["solve_s"])


JACOBI = "program:mpi-jacobi"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((JACOBI, "--tasks=2"), "needs two numbers of tasks, or of threads"),
        ((JACOBI, "--weak", "--threads=1,2"), "needs two numbers of tasks at"),
        ((JACOBI, "--tasks=0,1"), "'0' is no whole number"),
        ((JACOBI, "--tasks=1,two"), "'two' is no whole number"),
        ((JACOBI, "--tasks=1,2", "--launcher=local"), "--launcher mpirun starts several"),
        ((JACOBI, "--tasks=1,2", "--launcher.tasks=4"), "is what ckp scale varies"),
        ((JACOBI, "--threads=1,2", "--env.OMP_NUM_THREADS=2"), "is what ckp scale varies"),
        ((JACOBI, "--tasks=1,2", "--scaling=weak"), "--weak is for weak scaling"),
        ((JACOBI, "--tasks=1,2", "-o", "x.pdf"), "end the name with one of .csv, .png"),
        ((JACOBI, "--tasks=1,2", "-o", "none/x.png"), "there is no directory"),
        (("program:openmp-stencil", "--tasks=1,2", "--weak"), "needs an option 'scaling'"),
        (("dataset:x", "--tasks=1,2"), "program"),
    ],
)
def test_what_cannot_be_scaled_is_told_at_once(
    ckp: Ckp, words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = ckp("scale", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "measuring" not in done.stderr
    assert not [*tmp_path.glob("x.*")]


def test_a_picture_that_nobody_can_draw_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)  # as where it is not installed
    with pytest.raises(UsageError, match=r"s\.png, a picture, needs the extra 'plots'"):
        check_outputs([tmp_path / "s.csv", tmp_path / "s.png"])
    check_outputs([tmp_path / "s.csv"])


@needs_gcc
def test_one_that_fails_is_told_and_the_others_are_compared(
    ckp: Ckp, gcc_only: None, add_component: AddComponent, tmp_path: Path
) -> None:
    source = """
#include <stdlib.h>
#include <string.h>
int main(void) { return !strcmp(getenv("OMP_NUM_THREADS"), "4") ? 3 : 0; }
"""
    add_component("program", "fails-on-four", program_meta(), {"main.c": source})
    output = tmp_path / "s.svg"
    words = ("--threads=1,2,4", "--repeat=1", "--warmup=0", f"--output={output}")
    done = ckp("scale", "program:fails-on-four", *words)
    assert done.returncode != 0, done.stdout
    lines = [one.split() for one in done.stdout.splitlines() if one[:1] == "1"]
    assert [one[:2] for one in lines] == [["1", "1"], ["1", "2"], ["1", "4"]]
    assert lines[2][2:4] == ["failed", "(run)"]
    assert "exited with status 3" in done.stderr
    assert "1 failed and is not drawn" in output.read_text("utf-8")


@needs_gcc
def test_where_all_fail_the_program_s_own_error_is_told(
    ckp: Ckp, gcc_only: None, add_component: AddComponent, tmp_path: Path
) -> None:
    add_component("program", "fails", program_meta(), {"main.c": "int main(void) { return 3; }"})
    output = tmp_path / "s.csv"
    words = ("--threads=1,2", "--repeat=1", "--warmup=0", f"--output={output}")
    done = ckp("scale", "program:fails", *words)
    assert done.returncode == 8
    assert "1 task of 2 threads: program:fails exited with status 3" in done.stdout
    assert "s.csv is not written: nothing could be compared" in done.stderr
    assert not output.exists()
