"""CSV that a spreadsheet takes for values: texts of strangers are no formulas to it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

from ck_core.analysis.filters import number_of
from ck_core.domain.point import Scalar

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def write_csv(
    stream: TextIO, columns: Iterable[str], rows: Iterable[Sequence[Scalar | None]]
) -> None:
    """A line of headings, and one for each row."""
    writer = csv.writer(_Lines(stream), lineterminator="\r\n")
    writer.writerow(map(no_formula, columns))
    writer.writerows(map(no_formula, row) for row in rows)


class _Lines:
    """Rows with the end that Unix has: Python quotes a ``\\r`` only where it is one of the ends."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, row: str) -> None:
        self._stream.write(row.removesuffix("\r\n") + "\n")


def no_formula(value: Scalar | None) -> Scalar | None:
    """A text that a spreadsheet would calculate, with ``'`` before it, as OWASP advises.

    One that begins so by itself gets another: who takes one away has the text again.
    """
    if isinstance(value, str) and _FORMULA.match(value) and number_of(value) is None:
        return f"'{value}"
    return value
