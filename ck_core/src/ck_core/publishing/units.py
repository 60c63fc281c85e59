"""Metrics as people read them: words for the name, a unit that fits the values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from ck_core.publishing.texts import plain

_WORDS = {
    "wall_s": "time",
    "user_s": "user time",
    "system_s": "system time",
    "size_bytes": "binary size",
}
_STEPS: dict[str, tuple[tuple[float, str], ...]] = {
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")),
    "bytes": ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")),
    "j": ((1e3, "kJ"), (1.0, "J"), (1e-3, "mJ"), (1e-6, "µJ")),
    "w": ((1e3, "kW"), (1.0, "W"), (1e-3, "mW")),
    "hz": ((1e9, "GHz"), (1e6, "MHz"), (1e3, "kHz"), (1.0, "Hz")),
}
_PLAIN = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1.0, ""))


_COUNTED = ("", "B")


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
        if isfinite(shown) and (abs(shown) >= 1000 or (self.unit in _COUNTED and shown % 1 == 0)):
            return f"{shown:.0f}"
        return f"{shown:#.4g}".rstrip(".")


def quantity(metric: str, values: Iterable[float]) -> Quantity:
    """What the suffix of a metric's name says, in the unit that fits the largest value."""
    name, _, suffix = metric.rpartition("_")
    steps = _STEPS.get(suffix) if name else None
    words = _WORDS.get(metric) or plain((name if steps else metric).replace("_", " "))
    largest = max((abs(one) for one in values if isfinite(one)), default=0.0)
    step, unit = _step(steps or _PLAIN, largest)
    return Quantity(words=words, unit=unit, step=step, has_suffix=steps is not None)


def _step(steps: tuple[tuple[float, str], ...], largest: float) -> tuple[float, str]:
    if largest == 0:
        return next((step, unit) for step, unit in steps if step == 1.0)
    return next((pair for pair in steps if largest >= pair[0]), steps[-1])
