"""MPI as its compiler wrappers tell it.

What the fakes print Open MPI 4.1 and MPICH 4.0 have printed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ck_core.domain.installation import Installation
from ck_core.testing.samples import LINUX, requirement
from ck_plugins_hpc.detect.plugin import detect
from hpc.detect_kit import detected, fake, only_path, the_one

needs_open_mpi = pytest.mark.skipif(shutil.which("ompi_info") is None, reason="needs Open MPI")
HELLO = """#include <mpi.h>
#include <stdio.h>
int main(int count, char **arguments) {
  int ranks;
  MPI_Init(&count, &arguments);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  printf("ranks %d\\n", ranks);
  return MPI_Finalize();
}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "mpi.h").touch()
    return only_path(tmp_path / "bin", monkeypatch)


def open_mpi(place: Path, suffix: str = "", include: str = "") -> None:
    include = include or str(place.parent / "include")
    words = f"-I{include} -pthread -L/opt/openmpi/lib -Wl,-rpath -Wl,/opt/openmpi/lib -lmpi"
    answers = {
        "--showme:version": "echo 'mpicc: Open MPI 4.1.4 (Language: C)'",
        "--showme": f"echo 'gcc {words}'",
        "-dumpmachine": "echo x86_64-linux-gnu",
    }
    fake(place, f"mpicc{suffix}", answers)
    fake(place, f"mpirun{suffix}", {})
    pmix = "echo mca:pmix:ext3x:version:mca:2.1.0; echo mca:pmix:s2:version:mca:2.1.0"
    fake(place, "ompi_info", {"--parsable": pmix})


def mpich(place: Path, suffix: str = "") -> None:
    flags = f"-O2 -fstack-protector-strong -Wl,-z,relro -I{place.parent / 'include'}"
    words = f"{flags} -L/usr/lib/x86_64-linux-gnu"
    answers = {
        "-v": "echo 'mpicc for MPICH version 4.0.2'; echo 'Using built-in specs.'",
        "-show": f"echo 'gcc {words} -lmpich'",
        "-dumpmachine": "echo x86_64-linux-gnu",
    }
    fake(place, f"mpicc{suffix}", answers)
    fake(place, f"mpifort{suffix}", {"-show": f"echo 'gfortran {words} -lmpichfort -lmpich'"})
    fake(place, f"mpiexec{suffix}", {})
    fake(place, "mpichversion", {"": "echo 'MPICH configure: --prefix=/usr --with-slurm=/usr'"})


def test_open_mpi(place: Path) -> None:
    open_mpi(place)
    found = the_one("mpi")
    assert (found.label, found.problem, found.target) == ("openmpi@4.1.4", "", "x86_64-linux-gnu")
    assert found.include_directories == (place.parent / "include",)
    assert found.link_flags == (
        *("-pthread", "-L/opt/openmpi/lib"),
        *("-Wl,-rpath", "-Wl,/opt/openmpi/lib", "-lmpi"),
    )
    assert found.library_directories == (Path("/opt/openmpi/lib"),)
    assert found.environment["CK_MPI_FLAGS"] == "-pthread"
    assert found.environment["CK_ENV_MPI_COMPILER"] == "gcc"
    assert found.environment["CKP_MPIRUN"] == str(place / "mpirun")
    assert found.environment["CKP_MPI_SRUN"] == "pmix,pmi2"
    assert "CK_MPIFORT" not in found.environment
    assert {"lib", "openmpi", "target-os-linux", "v4.1"} <= found.tags


def test_mpich_without_what_its_packers_optimised_with(place: Path) -> None:
    mpich(place)
    found = the_one("mpich")
    assert found.label == "mpich@4.0.2"
    assert found.link_flags == ("-Wl,-z,relro", "-L/usr/lib/x86_64-linux-gnu", "-lmpich")
    assert found.library_directories == ()  # the loader looks there by itself
    assert found.environment["CK_MPI_FLAGS"] == ""
    assert found.environment["CK_MPIFORT"] == str(place / "mpifort")
    assert found.environment["CK_MPI_FORTRAN_LIBS"].endswith("-lmpichfort -lmpich")
    assert found.environment["CKP_MPIRUN"] == str(place / "mpiexec")
    assert found.environment["CKP_MPI_SRUN"] == "pmi2"
    assert "mpi-fortran" in found.tags


def test_several_are_told_apart_and_that_of_path_comes_first(place: Path) -> None:
    """As Debian has them, where mpicc is a link to one."""
    open_mpi(place, ".openmpi")
    mpich(place, ".mpich")
    (place / "mpicc").symlink_to("mpicc.mpich")
    found = {one.product: one for one in detected("lib", "mpi")}
    assert {name: one.path.name for name, one in found.items()} == {
        "mpich": "mpicc.mpich",
        "openmpi": "mpicc.openmpi",
    }
    assert found["mpich"].priority > found["openmpi"].priority
    assert found["openmpi"].environment["CKP_MPIRUN"] == str(place / "mpirun.openmpi")


def test_without_headers_nothing_can_be_built(place: Path) -> None:
    if Path("/usr/include/mpi.h").exists():
        pytest.skip("this machine's compilers find a header by themselves")
    open_mpi(place, include="/nowhere/include")
    assert "has no mpi.h" in the_one("mpi").problem


def test_other_wrappers_are_no_mpi(place: Path) -> None:
    fake(place, "mpicc", {}, otherwise="echo gcc 12.2.0")
    fake(place, "mpicc-config", {}, otherwise="echo Open MPI 4.1.4")
    assert detected("mpi") == ()


def test_what_was_just_installed(place: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "installed"
    (prefix / "include").mkdir(parents=True)
    (prefix / "include" / "mpi.h").touch()
    open_mpi(prefix / "bin")
    (found,) = detect(requirement("mpi"), LINUX, (), (prefix,))
    assert found.path == prefix / "bin" / "mpicc"


@needs_open_mpi
def test_the_chosen_compiler_builds_with_the_flags_of_a_real_one(tmp_path: Path) -> None:
    found = next(one for one in detected("openmpi") if not one.problem)
    (tmp_path / "hello.c").write_text(HELLO)
    words = [f"-I{one}" for one in found.include_directories]
    words += found.environment["CK_MPI_FLAGS"].split()
    command = ["cc", *words, "hello.c", *found.link_flags, "-o", "hello"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert ranks(found, tmp_path, 1) == ["ranks 1"]


@pytest.mark.slow
@needs_open_mpi
def test_its_mpirun_starts_ranks(tmp_path: Path) -> None:
    test_the_chosen_compiler_builds_with_the_flags_of_a_real_one(tmp_path)
    found = next(one for one in detected("openmpi") if not one.problem)
    assert ranks(found, tmp_path, 2) == ["ranks 2", "ranks 2"]


def ranks(found: Installation, place: Path, count: int) -> list[str]:
    """What as many as that say."""
    allowed = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    command = [found.environment["CKP_MPIRUN"], "--oversubscribe", "-n", str(count), "./hello"]
    done = subprocess.run(
        command,
        cwd=place,
        env={**os.environ, **allowed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()
