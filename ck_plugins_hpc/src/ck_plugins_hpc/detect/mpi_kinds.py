"""Whose an MPI is, and how Slurm's ``srun`` may start its programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ck_plugins_hpc.detect.asking import ask

_NUMBER = r"(?P<version>\d+(?:\.\d+)*\w*)"
_OPEN_MPI = re.compile(rf"Open MPI {_NUMBER}")
_OF_MPICH = (
    ("mpich", "MPICH", re.compile(rf"^mpicc\S* for MPICH version {_NUMBER}", re.MULTILINE)),
    ("mvapich", "MVAPICH", re.compile(rf"^mpicc\S* for MVAPICH2? version {_NUMBER}", re.MULTILINE)),
    ("intel-mpi", "Intel MPI", re.compile(rf"Intel\(R\) MPI Library {_NUMBER}")),
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """An implementation of MPI; ``is_open_mpi`` says whose words its wrappers take."""

    product: str
    title: str
    version: str
    is_open_mpi: bool = False


def kind_of(wrapper: Path) -> Kind | None:
    """Of ``mpicc``, as it answers; None where it is none that is known."""
    return _kind_of(wrapper, _state(wrapper))


def _state(wrapper: Path) -> tuple[int, int]:
    status = wrapper.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=64)
def _kind_of(wrapper: Path, _state: tuple[int, int]) -> Kind | None:
    told = ask(wrapper, "--showme:version")
    if match := _OPEN_MPI.search(f"{told.output}\n{told.error_output}"):
        return Kind(product="openmpi", title="Open MPI", version=match["version"], is_open_mpi=True)
    told = ask(wrapper, "-v")
    said = f"{told.output}\n{told.error_output}"
    for product, title, pattern in _OF_MPICH:
        if match := pattern.search(said):
            return Kind(product=product, title=title, version=match["version"])
    return None


def srun_ways(wrapper: Path, kind: Kind) -> Iterator[str]:
    """Values of ``srun --mpi`` that its programs understand, the better first.

    Open MPI says it by its components; MPICH by how it was configured. Nothing: only its own
    ``mpirun`` starts its programs.
    """
    if kind.is_open_mpi:
        told = ask(_sibling(wrapper, "ompi_info"), "--parsable").output
        if re.search(r"^mca:pmix:(?:ext|pmix)\w*:", told, re.MULTILINE) or _is_five(kind):
            yield "pmix"
        if re.search(r"^mca:pmix:s2:", told, re.MULTILINE):
            yield "pmi2"
        return
    told = ask(_sibling(wrapper, "mpichversion")).output
    if "--with-pmix" in told:
        yield "pmix"
    if re.search(r"--with-(?:pmi=(?:pmi2|slurm)|slurm)", told):
        yield "pmi2"


def _is_five(kind: Kind) -> bool:
    """From 5.0 on Open MPI has nothing but PMIx."""
    return int(re.split(r"\D", kind.version)[0]) >= 5


def _sibling(wrapper: Path, name: str) -> Path:
    """Beside the wrapper, with its suffix where there is such a one."""
    suffixed = wrapper.with_name(f"{name}{wrapper.name.removeprefix('mpicc')}")
    return suffixed if suffixed.exists() else wrapper.with_name(name)
