"""How many values to change at once: so many that every second outcome is as good as before.

Then a trial tells most, as in group testing: R. Dorfman, The Detection of Defective Members of
Large Populations, 1943. Adapted by successes: I. Rechenberg, Evolutionsstrategie, 1973.
"""

from __future__ import annotations

from random import Random

_FAILED, _WORSE, _AS_GOOD = 0.5, 0.9, 1.11
"""Factors; the last two are in balance where both are as frequent."""
_TOLERATED = 0.02
"""How much worse still counts as good: noise, and values that matter little."""
_LEAST = 4.0


class StepSize:
    """From half of all parameters down to four, or to one where trials fail.

    Attributes:
        value: now; at least 1.
    """

    def __init__(self, parameters: int) -> None:
        self._most = max(parameters / 2, 1.0)
        self._least = max(min(_LEAST, parameters / 4), 1.0)
        self.value = self._most

    def failed(self) -> None:
        self.value = max(self.value * _FAILED, 1.0)

    def succeeded(self, worse: float) -> None:
        """``worse``: than what it was built on, in logarithms of cost."""
        factor = _AS_GOOD if worse <= _TOLERATED else _WORSE
        self.value = min(max(self.value * factor, self._least), self._most)

    def far(self, source: Random) -> float:
        """From the step of now to the largest, each order of magnitude as often."""
        return float(self.value * (self._most / self.value) ** source.random())
