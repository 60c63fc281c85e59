"""The shipped programs: against a closed form worked out here, and on several ranks and threads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from math import cos, fsum, isclose, pi, sin
from pathlib import Path
from typing import Any

import pytest

import ck_plugins_hpc
from ck_core.testing.fixtures import Ckp
from hpc.detect_kit import only_path

SHIPPED = Path(ck_plugins_hpc.__file__).parent / "repo" / "program"
ALLOWED = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
needs_mpi = pytest.mark.skipif(shutil.which("mpicc") is None, reason="needs MPI's mpicc")
needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")


@pytest.fixture(scope="module")
def jacobi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("mpicc") is None:
        pytest.skip("needs MPI's mpicc")
    return built(tmp_path_factory.mktemp("jacobi"), "mpicc", SHIPPED / "mpi-jacobi" / "jacobi.c")


@pytest.fixture(scope="module")
def stencil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = SHIPPED / "openmp-stencil" / "stencil.c"
    return built(tmp_path_factory.mktemp("stencil"), "gcc", source, "-fopenmp", "-DBLOCK=5")


def built(place: Path, compiler: str, source: Path, *flags: str) -> Path:
    target = place / "program"
    words = [compiler, "-O2", "-Wall", "-Werror", *flags, str(source), "-o", str(target), "-lm"]
    subprocess.run(words, check=True)
    return target


def run(place: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **ALLOWED, **variables}
    return subprocess.run(
        words, cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=240
    )


def on_ranks(program: Path, count: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    starter = ("mpirun", "--oversubscribe", "-n", str(count)) if count > 1 else ()
    return run(program.parent, *starter, str(program), *arguments)


def timer(program: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((program.parent / "timer.json").read_text())
    return found


def numbers(output: str) -> list[float]:
    """The last word of each line that ends with a number of sixteen digits."""
    return [float(line.split()[-1]) for line in output.splitlines() if "e" in line.split()[-1][-4:]]


def swept(grid: int, sweeps: int) -> list[list[float]]:
    """Sweep by sweep, not by the closed form that the program itself uses."""
    points = range(1, grid + 1)

    def wave(halves: int, at: int) -> float:
        return sin(pi * halves * at / (grid + 1))

    added = [
        [wave(1, i) * wave(1, j) + 0.5 * wave(3, i) * wave(2, j) for j in points] for i in points
    ]
    old = [[0.0] * (grid + 2) for _ in range(grid + 2)]
    for _ in range(sweeps):
        new = [row[:] for row in old]
        for i in points:
            for j in points:
                around = old[i - 1][j] + old[i + 1][j] + old[i][j - 1] + old[i][j + 1]
                new[i][j] = around / 4 + added[i - 1][j - 1]
        old = new
    return [row[1:-1] for row in old[1:-1]]


@needs_mpi
def test_jacobi_sweeps_as_another_program_does(jacobi: Path) -> None:
    grid, sweeps = 13, 21
    done = on_ranks(jacobi, 1, str(grid), str(sweeps), "strong")
    assert done.returncode == 0, done.stderr
    expected, after = swept(grid, sweeps), swept(grid, sweeps + 1)
    changes = [
        abs(b - a)
        for one, two in zip(expected, after, strict=True)
        for a, b in zip(one, two, strict=True)
    ]
    values = [value for row in expected for value in row]
    probes = [expected[grid * i // 4][grid * j // 4] for i in range(4) for j in range(4)]
    wanted = [max(changes), fsum(values), fsum(one * one for one in values), *probes]
    assert_close(numbers(done.stdout), wanted)


def assert_close(found: list[float], wanted: list[float]) -> None:
    assert len(found) == len(wanted)
    for one, two in zip(found, wanted, strict=True):
        assert isclose(one, two, rel_tol=1e-9, abs_tol=1e-9)


@needs_mpi
def test_jacobi_is_the_same_on_two_ranks(jacobi: Path) -> None:
    alone = on_ranks(jacobi, 1, "33", "10", "strong")
    assert timer(jacobi)["ranks"] == 1
    together = on_ranks(jacobi, 2, "33", "10", "strong")
    assert timer(jacobi) == {**timer(jacobi), "ranks": 2, "rows": 33, "columns": 33}
    assert_close(numbers(together.stdout), numbers(alone.stdout))
    assert together.stdout.splitlines()[-1] == "agrees with the closed form"


@needs_mpi
@pytest.mark.slow
@pytest.mark.parametrize("ranks", [3, 4, 5])
def test_jacobi_is_the_same_however_rows_are_shared(jacobi: Path, ranks: int) -> None:
    alone = on_ranks(jacobi, 1, "7", "5", "strong")
    together = on_ranks(jacobi, ranks, "7", "5", "strong")
    assert_close(numbers(together.stdout), numbers(alone.stdout))


@needs_mpi
def test_weak_scaling_gives_each_rank_as_many_rows(jacobi: Path) -> None:
    alone = on_ranks(jacobi, 1, "20", "8", "weak")
    assert timer(jacobi)["rows"] == 20
    together = on_ranks(jacobi, 2, "20", "8", "weak")
    assert (timer(jacobi)["rows"], timer(jacobi)["columns"]) == (40, 20)
    assert (
        alone.stdout
        == together.stdout
        == "rows of each rank 20 columns 20 sweeps 8\nagrees with the closed form\n"
    )


@needs_mpi
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "expected three arguments"),
        (("0", "1", "strong"), "not a number from 1 to 1000000: 0"),
        (("9", "1x", "strong"), "not a number from 1 to 1000000: 1x"),
        (("9", "1", "both"), "neither strong nor weak: both"),
    ],
)
def test_jacobi_refuses(jacobi: Path, arguments: tuple[str, ...], said: str) -> None:
    done = on_ranks(jacobi, 1, *arguments)
    assert done.returncode == 1
    assert said in done.stderr


@needs_mpi
def test_more_ranks_than_rows(jacobi: Path) -> None:
    done = on_ranks(jacobi, 2, "1", "1", "strong")
    assert done.returncode != 0
    assert "more ranks than rows" in done.stderr


@needs_gcc
def test_the_stencil_is_the_same_on_every_number_of_threads(stencil: Path) -> None:
    outputs = set()
    for threads in ("1", "2", "3"):
        done = run(stencil.parent, str(stencil), "12", "4", OMP_NUM_THREADS=threads)
        assert done.returncode == 0, done.stderr
        assert timer(stencil)["threads"] == int(threads)
        outputs.add(done.stdout)
    assert len(outputs) == 1


@needs_gcc
def test_the_stencil_s_waves_fade_as_they_must(stencil: Path) -> None:
    """The sum over the cube: that of each wave, times what a step leaves of it."""
    grid, steps = 11, 9
    done = run(stencil.parent, str(stencil), str(grid), str(steps))
    total = 0.0
    for halves, strength in (((1, 1, 1), 1.0), ((2, 3, 1), 0.5)):
        lost = sum(0.25 * (1 - cos(pi * one / (grid + 1))) for one in halves)
        total += strength * (1 - lost) ** steps * summed(halves, grid)
    assert_close(numbers(done.stdout)[:1], [total])


def summed(halves: tuple[int, ...], grid: int) -> float:
    """Of a wave over all points."""
    product = 1.0
    for one in halves:
        product *= fsum(sin(pi * one * at / (grid + 1)) for at in range(1, grid + 1))
    return product


@needs_gcc
@pytest.mark.parametrize("arguments", [(), ("5",), ("0", "1"), ("4001", "1"), ("5", "one")])
def test_the_stencil_refuses(stencil: Path, arguments: tuple[str, ...]) -> None:
    done = run(stencil.parent, str(stencil), *arguments)
    assert done.returncode == 1
    assert done.stderr.startswith("stencil: ")


@needs_mpi
def test_ckp_builds_jacobi_with_the_flags_of_mpi(
    ckp: Ckp, path_with_gcc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(path_with_gcc))
    monkeypatch.setenv("CKP_COMPILER_DIRS", "")
    options = ("--grid=128", "--sweeps=100", "--repeat=1", "--json")
    done = ckp("run", "program:mpi-jacobi", *options, **ALLOWED)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["correct"] is True
    assert told["resolved"]["compiler"]["product"] == "gcc"
    assert "mpi" in told["resolved"]["mpi"]["tags"]
    assert told["metrics"]["solve_s"]["value"] > 0
    done = ckp("run", "program:mpi-jacobi", "--scaling=weak", *options, **ALLOWED)
    assert json.loads(done.stdout)["correct"] is True


@needs_gcc
@pytest.mark.skipif(shutil.which("apt-get") is None, reason="needs a package manager that it names")
def test_without_mpi_ckp_says_how_to_get_it(
    ckp: Ckp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = only_path(tmp_path / "bin", monkeypatch)
    for name in ("gcc", "apt-get"):
        (place / name).symlink_to(f"/usr/bin/{name}")
    done = ckp("run", "program:mpi-jacobi")
    assert done.returncode != 0
    assert "apt-get install" in done.stderr
    assert "libopenmpi-dev" in done.stderr


@needs_gcc
def test_ckp_runs_the_stencil(
    ckp: Ckp, path_with_gcc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(path_with_gcc))
    monkeypatch.setenv("CKP_COMPILER_DIRS", "")
    options = ("--grid=64", "--steps=40", "--threads=2", "--repeat=1", "--json")
    done = ckp("run", "program:openmp-stencil", *options)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["correct"] is True
    assert told["metrics"]["threads"]["value"] == 2


def test_the_shipped_components_have_no_mistakes(ckp: Ckp) -> None:
    for kind in ("program", "soft", "package"):
        done = ckp("check", f"ckp-hpc:{kind}:*")
        assert (done.returncode, done.stdout) == (0, "no mistakes\n")
