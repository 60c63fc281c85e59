"""Progress that a component's own command tells: ``ckp-progress: 500/10000 preparing images``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from ck_core.context import Reporter
from ck_core.domain.install import Progress

_LINE = re.compile(
    r"^ckp-progress:[ \t]*([0-9]{1,15})/([0-9]{1,15})[ \t]*(.{0,200}).*$", re.M | re.A
)
_LONGEST = 1000
_MOST_STEPS = 1000
"""From there on a reporter takes numbers for bytes."""


class ProgressLines:
    """Reads them from what a command writes to its standard error, piece by piece."""

    def __init__(self, tell: Progress) -> None:
        self._tell = tell
        self._rest = ""

    def __call__(self, text: str) -> None:
        *lines, self._rest = (self._rest + text).split("\n")
        self._rest = self._rest[-_LONGEST:]
        found = [match for line in lines if (match := _LINE.match(line.rstrip("\r")))]
        if found:  # of many at once the last says it all
            done, total, what = found[-1].groups()
            self._tell(*_as_steps(what.strip(), int(done), int(total)))


def _as_steps(what: str, done: int, total: int) -> tuple[str, int, int]:
    """Large numbers would pass for bytes: they are told in words, and as a percentage."""
    if max(done, total) < _MOST_STEPS:
        return what, done, total
    counted = f"{what}, {done} of {total}" if total else f"{what}, {done}"
    return counted.lstrip(", "), 100 * done // total if total else 0, 100 if total else 0


def without_progress(text: str) -> str:
    """The rest, which is about errors."""
    kept = (line for line in text.splitlines(keepends=True) if not _LINE.match(line.rstrip()))
    return "".join(kept)


@contextmanager
def told_progress(reporter: Reporter, title: str) -> Iterator[ProgressLines]:
    """Shown from the first line on: most commands are quick and tell nothing."""
    with ExitStack() as shown:
        bars: list[Progress] = []

        def tell(what: str, done: int, total: int) -> None:
            if not bars:
                bars.append(shown.enter_context(reporter.progress(title)))
            bars[0](what, done, total)

        yield ProgressLines(tell)
