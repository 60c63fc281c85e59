"""One line on a terminal that changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

from ck_core.cli.console import printable
from ck_core.cli.progress import AmountColumn
from ck_core.domain import install


@contextmanager
def changing_line(text: str) -> Iterator[install.Progress]:
    """Words instead of a bar, cut where the line ends; how much is done, and for how long."""
    words = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False, table_column=words),
        AmountColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as line:
        task = line.add_task(printable(text), total=None)

        def tell(what: str, done: int, total: int) -> None:
            line.tasks[0].total = total or None  # update() cannot take a total back
            described = printable(f"{text}: {what}" if what else text)
            line.update(task, description=described, completed=done)

        yield tell
