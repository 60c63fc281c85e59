"""How a search looks while it lasts: one line that changes, or a line now and then."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from ck_core.cli.console import ConsoleReporter
from ck_core.domain.install import Progress

_LINES = 10
"""Of a whole whose size is known, at the most."""
_SILENCE_S = 60.0
"""After which there is a line in any case."""


class TuningReporter(ConsoleReporter):
    """A search takes long, and people wait for what it finds: logs show that as well."""

    @contextmanager
    def progress(self, text: str) -> Iterator[Progress]:
        if sys.stderr.isatty():
            from ck_core.cli.tuning_line import changing_line  # noqa: PLC0415  # who waits pays

            with changing_line(text) as tell:
                yield tell
            return
        with super().progress(text):
            yield Lines(self, text).tell


class Lines:
    """A line when a tenth more is done, or nothing was said for a minute."""

    def __init__(self, reporter: ConsoleReporter, text: str) -> None:
        self._reporter = reporter
        self._text = text
        self._tenth = 0
        self._last = monotonic()

    def tell(self, what: str, done: int, total: int) -> None:
        tenth = done * _LINES // total if total else 0
        if tenth <= self._tenth and monotonic() - self._last < _SILENCE_S:
            return
        from ck_core.cli.progress import amount  # noqa: PLC0415  # as above

        self._tenth, self._last = tenth, monotonic()
        said = ": ".join(filter(None, (self._text, amount(done, total), what)))
        self._reporter.note(said)
