"""The cluster of a test session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ck_core.testing.executables import write_executable
from hpc.cluster import Cluster, NoClusterError


@pytest.fixture(scope="session")
def slurm() -> Iterator[Cluster]:
    """Each worker of pytest-xdist has one of its own, from its first test that wants it."""
    cluster = Cluster()
    try:
        cluster.start()
        yield cluster
    except NoClusterError as reason:
        if os.getuid() == 0 and not reason.is_missing:  # then there should be one
            raise
        pytest.skip(str(reason))
    finally:
        cluster.stop()


@pytest.fixture
def cluster(slurm: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A real Slurm, which ckp finds; no job of a test outlives it."""
    for name in [one for one in os.environ if one.startswith(("SLURM_", "SBATCH_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SLURM_CONF", str(slurm.configuration))
    yield slurm
    slurm.clear()


@pytest.fixture
def compiled_in(tmp_path: Path, gcc_only: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where GCC leaves a file ``of-ID`` for each job that it compiled ``main.c`` in."""
    place = tmp_path / "compiled-in"
    place.mkdir()
    told = f'case "$*" in *main.c*) : >"{place}/of-${{SLURM_JOB_ID:-$FLUX_JOB_ID}}";; esac'
    wrapper = write_executable(
        tmp_path / "gcc", "gcc", f'{told}\nexec "{shutil.which("gcc")}" "$@"'
    )
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    return place
