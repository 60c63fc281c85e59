"""MPI: Open MPI and MPICH, as their compiler wrappers tell that programs are built and started.

A program is built by the compiler that was chosen, with MPI's own flags, not by the wrapper.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import parse_target
from ck_core.domain.version import Version
from ck_plugins_hpc.detect.asking import ask, concerns
from ck_plugins_hpc.detect.mpi_flags import Flags, own_libraries
from ck_plugins_hpc.detect.mpi_kinds import Kind, kind_of, srun_ways

_CHOSEN, OTHER = 30, 20
"""Priorities: what ``mpicc`` of ``PATH`` is, and what must be asked for or loaded first."""
_TELLING = frozenset({"mpi", "openmpi", "mpich", "mvapich", "intel-mpi"})
_TAGS = _TELLING | {"lib", "hpc"}
_WRAPPER = re.compile(r"mpicc(?P<suffix>[.-](?:openmpi|mpich)[\w.-]*)?")
_DESCRIBED = frozenset({"openmpi", "mpich"})
"""Those that have a soft component."""
_USUAL = ("/usr/bin", "/usr/local/bin", "/usr/lib64/openmpi/bin", "/usr/lib64/mpich/bin")
_SOFT_PLACES = "CKP_SOFT_DIRS"
_OF_LANGUAGES = {"CK_MPICXX": ("mpicxx", "mpic++"), "CK_MPIFORT": ("mpifort", "mpif90")}
_STARTERS = ("mpirun", "mpiexec", "mpiexec.hydra")
_REMEDY = "on Debian: apt-get install libopenmpi-dev or libmpich-dev"


def detect_mpi(requirement: Requirement, places: Iterable[Path] = ()) -> Iterator[Installation]:
    """All on ``PATH``, in the usual places and in ``places``; each once.

    Of several the one that ``PATH`` calls ``mpicc`` is taken first.
    """
    if not concerns(requirement, _TAGS, _TELLING):
        return
    seen: set[tuple[str, ...]] = set()
    for wrapper in _wrappers(_directories(places)):
        found = _described(wrapper)
        if found and (identity := (found.label, *found.link_flags)) not in seen:
            seen.add(identity)
            yield found


def _directories(places: Iterable[Path]) -> Iterator[Path]:
    named = os.environ.get(_SOFT_PLACES)
    other = _USUAL if named is None else [f"{one}/bin" for one in named.split(os.pathsep) if one]
    on_path = os.environ.get("PATH", "").split(os.pathsep)
    inside = (below for place in places for below in (place / "bin", *place.glob("*/bin")))
    texts = (one for one in (*on_path, *other) if one.startswith("/"))
    unique = {os.path.realpath(one): Path(one) for one in (*inside, *texts)}
    yield from unique.values()


def _wrappers(directories: Iterable[Path]) -> list[Path]:
    """Those that say in their name whose they are come first: the others are links to them."""
    found = [one for place in directories for one in sorted(place.glob("mpicc*"))]
    fitting = (one for one in found if _WRAPPER.fullmatch(one.name) and os.access(one, os.X_OK))
    return sorted(fitting, key=lambda one: one.name == "mpicc")


def _described(wrapper: Path) -> Installation | None:
    """None for what is no wrapper of a known MPI."""
    kind = kind_of(wrapper)
    if kind is None:
        return None
    flags = Flags.of(wrapper, kind)
    triple = ask(wrapper, "-dumpmachine").output.strip().partition("\n")[0]
    return Installation(
        name=f"{kind.title} {kind.version}",
        product=kind.product,
        version=kind.version,
        path=wrapper,
        tags=_tags(wrapper, kind, triple),
        environment=_environment(wrapper, kind, flags),
        target=triple,
        priority=_CHOSEN if _is_chosen(wrapper, kind) else OTHER,
        soft=f"lib.{kind.product}" if kind.product in _DESCRIBED else "",
        include_directories=flags.include_directories,
        link_flags=flags.link,
        library_directories=own_libraries(flags),
        problem="" if flags.has_header else f"has no mpi.h to build with; {_REMEDY}",
    )


def _tags(wrapper: Path, kind: Kind, triple: str) -> frozenset[str]:
    languages = {
        tag
        for tag, variable in (("mpi-cpp", "CK_MPICXX"), ("mpi-fortran", "CK_MPIFORT"))
        if _beside(wrapper, _OF_LANGUAGES[variable])
    }
    of_target = parse_target(triple).tags if triple else frozenset[str]()
    own = {"lib", "hpc", "mpi", kind.product, *languages}
    return frozenset(own | Version(kind.version).tags | of_target)


def _environment(wrapper: Path, kind: Kind, flags: Flags) -> dict[str, str]:
    compilers = {"CK_MPICC": wrapper} | {
        variable: path
        for variable, names in _OF_LANGUAGES.items()
        if (path := _beside(wrapper, names))
    }
    starter = _beside(wrapper, _STARTERS)
    return {
        "CK_ENV_MPI_SET": "1",
        "CK_ENV_MPI_BIN": str(wrapper.parent),
        "CK_ENV_MPI_COMPILER": flags.compiler,
        "CK_MPI_FLAGS": shlex.join(flags.compile),
        **{variable: str(path) for variable, path in compilers.items()},
        **_fortran(compilers.get("CK_MPIFORT"), kind),
        **({"CKP_MPIRUN": str(starter)} if starter else {}),
        "CKP_MPI_KIND": kind.product,
        "CKP_MPI_SRUN": ",".join(srun_ways(wrapper, kind)),
    }


def _fortran(wrapper: Path | None, kind: Kind) -> dict[str, str]:
    """Its modules and libraries are others than C's; they fit one Fortran compiler."""
    if wrapper is None:
        return {}
    flags = Flags.of(wrapper, kind)
    modules = [f"-I{one}" for one in flags.include_directories]
    return {
        "CK_ENV_MPI_FORTRAN_COMPILER": flags.compiler,
        "CK_MPI_FORTRAN_FLAGS": shlex.join([*modules, *flags.compile]),
        "CK_MPI_FORTRAN_LIBS": shlex.join(flags.link),
    }


def _beside(wrapper: Path, names: Iterable[str]) -> Path | None:
    """The first of these tools that belongs to the same MPI."""
    suffix = wrapper.name.removeprefix("mpicc")
    paths = (wrapper.with_name(f"{name}{suffix}") for name in names)
    return next((one for one in paths if os.access(one, os.X_OK)), None)


def _is_chosen(wrapper: Path, kind: Kind) -> bool:
    """Whether ``mpicc`` of ``PATH`` is this one."""
    for place in map(Path, os.environ.get("PATH", "").split(os.pathsep)):
        plain = place / "mpicc"
        if place.is_absolute() and os.access(plain, os.X_OK):
            return plain == wrapper or kind_of(plain) == kind
    return False
