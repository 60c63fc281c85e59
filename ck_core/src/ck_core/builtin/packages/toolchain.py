"""Compilers and libraries for a build: the variables and options that its tools understand."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ck_core.builtin.packages.order import Order
from ck_core.domain.installation import Installation
from ck_core.domain.target import Target
from ck_core.domain.variables import with_installations
from ck_core.system.processes import clean_environment

_COMPILERS = {"CC": "CK_CC", "CXX": "CK_CXX", "FC": "CK_FC"}
_BINUTILS = ("ar", "ranlib", "strip", "nm")
_LEVEL = "-O2"


@dataclass(frozen=True, kw_only=True)
class Toolchain:
    """What a package is built with.

    Attributes:
        environment: of every tool: variables of the dependencies, ``CC``, ``CFLAGS`` and so on.
        target: None for this machine.
        triple: of the compiler, for ``configure --host``.
    """

    environment: Mapping[str, str]
    tools: Mapping[str, Path]
    jobs: int
    target: Target | None = None
    triple: str = ""
    prefixes: tuple[Path, ...] = field(default=())

    def tool(self, name: str) -> str:
        """A dependency's path; else the name, for ``PATH`` to find."""
        return str(self.tools.get(name, name))

    def command(self, variable: str) -> list[str]:
        """The words of ``CC`` and the like; empty where there is no such compiler."""
        return shlex.split(self.environment.get(variable, ""))


def toolchain_of(order: Order) -> Toolchain:
    """From the dependencies of the request, by their keys (``compiler``, ``cmake``, ...)."""
    dependencies = order.request.dependencies
    platform = order.request.platform
    compiler = dependencies.get("compiler")
    triple = compiler.target if compiler and platform.is_cross else ""
    base = with_installations(clean_environment(), dependencies.values())
    return Toolchain(
        environment={**base, **_variables(base, dependencies.values(), triple)},
        tools={key: one.path for key, one in dependencies.items()},
        jobs=platform.cores,
        target=platform.target if platform.is_cross else None,
        triple=triple,
        prefixes=tuple(_prefixes(dependencies.values())),
    )


def _variables(
    base: Mapping[str, str], dependencies: Iterable[Installation], triple: str
) -> dict[str, str]:
    """The flags a compiler cannot do without, and where the libraries are."""
    obligatory = base.get("CK_COMPILER_FLAGS_OBLIGATORY", "")
    flags = f"{_LEVEL} {obligatory}".strip()
    includes = [f"-I{path}" for one in dependencies for path in one.include_directories]
    libraries = [f"-L{path}" for path in _library_directories(dependencies)]
    return {
        **{name: base[ours] for name, ours in _COMPILERS.items() if base.get(ours)},
        **dict.fromkeys(("CFLAGS", "CXXFLAGS", "FFLAGS", "FCFLAGS"), flags),
        **({"CPPFLAGS": shlex.join(includes)} if includes else {}),
        **({"LDFLAGS": shlex.join(libraries)} if libraries else {}),
        **dict(_binutils(base, triple)),
    }


def _binutils(base: Mapping[str, str], triple: str) -> Iterator[tuple[str, str]]:
    """Those of the target: the host's archiver may not know its objects."""
    for tool in _BINUTILS:
        given = base.get(f"CK_{tool.upper()}", "")
        found = given or (triple and shutil.which(f"{triple}-{tool}", path=base.get("PATH")))
        if found:
            yield tool.upper(), given or shlex.quote(found)


def _library_directories(dependencies: Iterable[Installation]) -> Iterator[Path]:
    """Of shared ones, and of static ones, whose paths stand in the flags."""
    for one in dependencies:
        yield from one.library_directories
        for flag in one.link_flags:
            if flag.startswith("/"):
                yield Path(flag).parent


def _prefixes(dependencies: Iterable[Installation]) -> Iterator[Path]:
    """Where CMake looks for ``include`` and ``lib``."""
    for one in dependencies:
        if one.directory:
            yield one.directory
        elif one.include_directories:
            yield from (path.parent for path in one.include_directories)
