"""Progress of what is mostly quick: it is shown only where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic

from ck_core.context import Reporter
from ck_core.domain.install import Progress

PATIENCE_S = 1.0
"""After that people ask themselves what goes on."""


@contextmanager
def shown_when_slow(
    reporter: Reporter, text: str, patience_s: float = PATIENCE_S
) -> Iterator[Progress]:
    """``reporter.progress``, opened by the first word that comes after so many seconds."""
    began = monotonic()
    with ExitStack() as shown:
        bars: list[Progress] = []

        def tell(what: str, done: int, total: int) -> None:
            if not bars and monotonic() - began >= patience_s:
                bars.append(shown.enter_context(reporter.progress(text)))
            for bar in bars:
                bar(what, done, total)

        yield tell
