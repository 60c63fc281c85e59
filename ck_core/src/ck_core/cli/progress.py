"""Progress bars on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

from ck_core.cli.console import printable
from ck_core.cli.units import format_bytes
from ck_core.domain import install

_BAR_WIDTH = 20
"""Words beside it tell more."""
_SMALLEST_FILE = 1000
"""A total below is one of steps: nobody draws a bar for so few bytes."""


class AmountColumn(ProgressColumn):
    """How much is done: bytes, or steps where they are few; nothing while that is unknown."""

    def render(self, task: Task) -> Text:
        if not task.completed and not task.total:
            return Text("")
        return Text(amount(int(task.completed), int(task.total or 0)))


def amount(done: int, total: int) -> str:
    """``16.4 kB of 1.2 MB``, ``3 of 12``, or what is done of an unknown whole."""
    if max(done, total) < _SMALLEST_FILE:
        return f"{done} of {total}" if total else str(done)
    return f"{format_bytes(done)} of {format_bytes(total)}" if total else format_bytes(done)


@contextmanager
def progress_bar(text: str) -> Iterator[install.Progress]:
    """A bar that moves without an end until the total is known; each phase begins anew."""
    columns = (
        TextColumn("{task.description}", markup=False, table_column=Column(ratio=1)),
        BarColumn(bar_width=_BAR_WIDTH),
        AmountColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(printable(text), total=None)

        def tell(what: str, done: int, total: int) -> None:
            described = printable(f"{text}: {what}")
            bars.tasks[0].total = total or None  # update() cannot take a total back
            bars.update(task, description=described, completed=done)

        yield tell
