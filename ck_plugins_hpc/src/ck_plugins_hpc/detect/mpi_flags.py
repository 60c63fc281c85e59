"""What MPI's compiler wrappers add to the command of the compiler that they wrap."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ck_plugins_hpc.detect.asking import ask
from ck_plugins_hpc.detect.mpi_kinds import Kind

_COMPILE = ("-D", "-pthread", "-mt_mpi")
_LINK = ("-L", "-l", "-Wl,", "-pthread")
_LIBRARY = re.compile(r".*\.(?:a|so|dylib)(?:\.\d+)*")
_SEARCHED = re.compile(r"(?:/usr)?/lib(?:32|64)?(?:/\w+-linux-gnu\w*)?")
"""Where the loader looks by itself."""


@dataclass(frozen=True, kw_only=True)
class Flags:
    """Words of a wrapper.

    Attributes:
        compiler: what it calls: ``gcc``.
        compile: words besides those of directories; no optimisation, no warnings: they were
            those of whoever packed the MPI.
    """

    compiler: str
    include_directories: tuple[Path, ...]
    compile: tuple[str, ...]
    link: tuple[str, ...]

    @classmethod
    def of(cls, wrapper: Path, kind: Kind) -> Flags:
        words = list(_words(wrapper, "--showme" if kind.is_open_mpi else "-show"))
        include = (Path(one[2:]) for one in words if one.startswith("-I"))
        return cls(
            compiler=next((one for one in words if not one.startswith("-")), ""),
            include_directories=tuple(dict.fromkeys(include)),
            compile=tuple(dict.fromkeys(one for one in words if one.startswith(_COMPILE))),
            link=tuple(one for one in words[1:] if _is_for_linking(one)),
        )

    @property
    def has_header(self) -> bool:
        places = (*self.include_directories, Path("/usr/include"))
        return any((place / "mpi.h").is_file() for place in places)


def own_libraries(flags: Flags) -> tuple[Path, ...]:
    """Directories of shared libraries that the loader must be told."""
    named = (one[2:] for one in flags.link if one.startswith("-L"))
    return tuple(Path(one) for one in dict.fromkeys(named) if not _SEARCHED.fullmatch(one))


def _is_for_linking(word: str) -> bool:
    return word.startswith(_LINK) or bool(_LIBRARY.fullmatch(word))


def _words(wrapper: Path, question: str) -> Iterator[str]:
    """Nothing where the answer is none."""
    told = ask(wrapper, question)
    try:
        yield from shlex.split(told.output) if told.status == 0 else ()
    except ValueError:  # quotes that do not end
        return
