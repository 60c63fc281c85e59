"""What a site offers beside what is on ``PATH``: it is usable once some variables are set."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.variables import is_list

_BELOW_A_PREFIX = frozenset({"bin", "sbin", "lib", "lib64", "include"})
_SHARED = frozenset(map(Path, ("/", "/usr", "/usr/local", "/bin")))
_OF_FILES = ("PATH", "LD_LIBRARY_PATH", "LIBRARY_PATH", "CPATH")
_SAYS_NOTHING = re.compile(
    r"v\d.*|lang-.*|(target|host)-.*|(32|64)bits|static|dynamic|python-.*|lib|tool|compiler|hpc|dataset|model"
)
_COMPILERS = {"gcc", "gnu", "clang", "llvm", "aocc", "intel", "oneapi", "icc", "icx"}
_ALSO_CALLED = {
    "gcc": {"gnu"},
    "clang": {"llvm", "aocc"},
    "flang": {"llvm", "aocc"},
    "llvm": {"clang", "aocc"},
    "icx": {"intel", "oneapi"},
    "intel": {"oneapi", "icc", "icx", "ifx"},
    "mpi": {"openmpi", "mpich", "mvapich", "mvapich2", "impi", "intel-mpi"},
    "mvapich": {"mvapich2"},
    "intel-mpi": {"impi"},
    "java": {"jdk", "openjdk"},
}
_OF_LANGUAGES = {"lang-java": {"java", "jdk", "openjdk"}, "lang-python": {"python", "python3"}}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One module, or one thing that Spack has built.

    Attributes:
        origin: as ``ckp show env`` tells it: ``module gcc/13.2.0``.
        added: by variable, directories that stand before those that are there.
        variables: what is set besides.
    """

    origin: str
    added: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def prefixes(self) -> tuple[Path, ...]:
        """Directories that hold its files, and nobody else's."""
        entries = (Path(one) for name in _OF_FILES for one in self.added.get(name, ()))
        found = (one.parent if one.name in _BELOW_A_PREFIX else one for one in entries)
        return tuple(one for one in dict.fromkeys(found) if one not in _SHARED)

    def over(self, base: Mapping[str, str]) -> dict[str, str]:
        """An environment in which it can be used."""
        joined = {
            name: ":".join(filter(None, [*entries, base.get(name, "")]))
            for name, entries in self.added.items()
        }
        return {**base, **self.variables, **joined}

    def given_to(self, found: Installation) -> Installation:
        """What was found in it; a run with it loads the offer."""
        lists = {
            name: ":".join(entries)
            for name, entries in self.added.items()
            if is_list(name) and name not in {"PATH", "LD_LIBRARY_PATH"}
        }
        return replace(
            found,
            environment={**self.variables, **lists, **found.environment},
            binary_directories=_joined(self.added.get("PATH", ()), found.binary_directories),
            library_directories=_joined(
                self.added.get("LD_LIBRARY_PATH", ()), found.library_directories
            ),
            origin=self.origin,
        )


def wanted_words(requirement: Requirement) -> frozenset[str]:
    """What modules and packages may be called that could meet a requirement."""
    tags = requirement.tags
    named = {one for one in tags if not _SAYS_NOTHING.fullmatch(one)} - {"job-manager"}
    if not named and "compiler" in tags:
        of_languages = [_OF_LANGUAGES[one] for one in tags if one in _OF_LANGUAGES]
        return frozenset[str]().union(*of_languages or [_COMPILERS])
    return frozenset(named).union(*(_ALSO_CALLED.get(one, set()) for one in named))


def _joined(first: Iterable[str], then: Iterable[Path]) -> tuple[Path, ...]:
    paths: Iterator[Path] = (Path(one) for one in first)
    return tuple(dict.fromkeys([*paths, *then]))
