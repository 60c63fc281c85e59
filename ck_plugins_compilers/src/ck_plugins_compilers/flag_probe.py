"""Which flags a compiler really takes: tried in batches, cached for the next time."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ck_core.domain.installation import Installation
from ck_core.domain.tuning.parameter import Parameter
from ck_core.errors import StorageError
from ck_core.system.files import format_json, write_atomically
from ck_core.system.home import cache_directory
from ck_core.system.processes import clean_environment, run_tool

_FORMAT = 5
_TIMEOUT_S = 30.0
_C = """\
static int square(int x) { return x * x; }
int sum(const int *values, int count)
{
    int total = 0;
    for (int i = 0; i < count; ++i)
        total += square(values[i]);
    return total;
}
int main(void) { return sum(0, 0); }
"""
_FORTRAN = """\
integer function total(values) result(found)
  integer, intent(in) :: values(:)
  integer :: i
  found = 0
  do i = 1, size(values)
    found = found + values(i) * values(i)
  end do
end function
program probe
end program
"""
_SOURCES = {"CK_CXX": ("probe.cpp", _C), "CK_FC": ("probe.f90", _FORTRAN)}


class FlagProbe:
    """Compiles a small file with the flags in question; any complaint is a refusal.

    Args:
        variable: of the compiler's environment, which names the tool; CK_CC where it has none.
    """

    def __init__(self, compiler: Installation, directory: Path, variable: str = "CK_CC") -> None:
        named = variable if variable in compiler.environment else "CK_CC"
        self._file, source = _SOURCES.get(named, ("probe.c", _C))
        self._command = [*shlex.split(compiler.environment[named]), "-O2"]
        self._directory = directory
        (directory / self._file).write_text(source, encoding="utf-8")

    def accepts(self, flags: Sequence[str], *, links: bool = False) -> bool:
        words = [word for flag in flags for word in shlex.split(flag)]
        result = run_tool(
            [*self._command, *words, *([] if links else ["-c"]), self._file, "-o", "probe.o"],
            timeout_s=_TIMEOUT_S,
            directory=self._directory,
            environment=clean_environment(),
        )
        silent = not result.error_output.strip() and not result.output.strip()
        return silent and not result.timed_out and result.status == 0

    def accepted(self, flags: Sequence[str]) -> set[str]:
        """Halves a refused batch until the refused flags are alone."""
        if not flags or self.accepts(flags):
            return set(flags)
        if len(flags) == 1:
            return set()
        middle = len(flags) // 2
        return self.accepted(flags[:middle]) | self.accepted(flags[middle:])


def takes(compiler: Installation, flag: str, variable: str = "CK_CC") -> bool:
    """To compile and to link with; not kept: linkers and libraries change without the compiler."""
    with TemporaryDirectory(prefix="ckp-flags-") as directory:
        return FlagProbe(compiler, Path(directory), variable).accepts([flag], links=True)


def supported(
    compiler: Installation, candidates: Iterable[Parameter], variable: str = "CK_CC"
) -> list[Parameter]:
    """The candidates with the values the compiler takes; those left without any are dropped."""
    parameters = list(candidates)
    # A batch holds one value of each parameter: of two the compiler would see the last only.
    batches = zip_longest(*(parameter.others for parameter in parameters))
    with TemporaryDirectory(prefix="ckp-flags-") as directory:
        probe = FlagProbe(compiler, Path(directory), variable)
        taken: set[str] = set()
        for batch in batches:
            taken |= probe.accepted([value for value in batch if value is not None])
    return [kept for each in parameters if (kept := each.restricted(tuple(taken)))]


def cached(
    compiler: Installation, variable: str, make: Callable[[], list[Parameter]]
) -> list[Parameter]:
    """What ``make`` answers, kept until the compiler's file changes."""
    file = cache_directory() / "flags" / f"{_key(compiler, variable)}.json"
    with suppress(OSError, ValueError, TypeError, KeyError):
        return [_read(each) for each in json.loads(file.read_text(encoding="utf-8"))]
    parameters = make()
    with suppress(StorageError):  # a cache that cannot be written costs time only
        write_atomically(file, format_json([_written(each) for each in parameters]))
    return parameters


def _written(parameter: Parameter) -> dict[str, Any]:
    """Of what a compiler's flag has; none has a condition."""
    return {
        "name": parameter.name,
        "values": parameter.values,
        "group": parameter.group,
        "ordered": parameter.ordered,
        "inexact": sorted(parameter.inexact),
        "default_told": parameter.default_told,
        "source": parameter.source,
    }


def _read(values: dict[str, Any]) -> Parameter:
    kept = {**values, "values": tuple(values["values"]), "inexact": frozenset(values["inexact"])}
    return Parameter(**kept)


def _key(compiler: Installation, variable: str) -> str:
    state = compiler.path.stat()
    file = (compiler.path, state.st_size, state.st_mtime_ns)
    facts = (*file, compiler.version, compiler.target, variable, _FORMAT)
    return sha256("\0".join(map(str, facts)).encode()).hexdigest()[:24]
