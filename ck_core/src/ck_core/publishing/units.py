"""Metrics as people read them: words for the name, a unit that fits the values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from ck_core.domain.units import LONGEST, STEPS, fitting_step, rounded, steps_of
from ck_core.publishing.texts import plain

_WORDS = {
    "wall_s": "time",
    "cpu_s": "CPU time",
    "user_s": "user time",
    "system_s": "system time",
    "size_bytes": "binary size",
}
_PLAIN = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1.0, ""))
_COUNTED = ("", "B")
_DIGITS = 4


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """How the values of one metric are shown; a value divided by ``step`` has that unit.

    ``has_suffix`` is false for a plain number, whose name says no unit.
    """

    words: str
    unit: str
    step: float
    has_suffix: bool = True

    @property
    def title(self) -> str:
        """For an axis: ``time (ms)``."""
        return f"{self.words} ({self.unit})" if self.unit else self.words

    @property
    def heading(self) -> str:
        """The words with a capital, for a title; ``L1 misses`` keeps its own."""
        return self.words[:1].upper() + self.words[1:]

    def shown(self, value: float) -> float:
        return value / self.step

    def format(self, value: float) -> str:
        """``12.30 ms``: four digits, all in the one unit so that they can be compared."""
        number = self.format_number(value)
        return f"{number} {self.unit}" if self.unit else number

    def format_number(self, value: float) -> str:
        shown = value / self.step
        if self.unit in _COUNTED and shown % 1 == 0 and abs(shown) < LONGEST:
            return f"{shown:.0f}"
        return rounded(shown, _DIGITS, keeps_zeros=True)


def quantity(metric: str, values: Iterable[float]) -> Quantity:
    """What the suffix of a metric's name says, in the unit that fits the largest value."""
    name, _, suffix = metric.rpartition("_")
    steps = steps_of(metric)
    said = name if steps and suffix in STEPS else metric
    words = _WORDS.get(metric) or plain(said.replace("_", " "))
    largest = max((abs(one) for one in values if isfinite(one)), default=0.0)
    step, unit = fitting_step(steps or _PLAIN, largest, _DIGITS)
    return Quantity(words=words, unit=unit, step=step, has_suffix=steps is not None)
