"""When a search has come to a stand: then far steps cost nothing, for near ones gain nothing."""

from __future__ import annotations

from math import inf

_TRIALS = 20
_GAIN = 0.004
"""In logarithms of cost: less is noise."""


class Patience:
    def __init__(self) -> None:
        self._record = inf
        self._waited = 0

    def told(self, best: float, on_their_way: int) -> None:
        """The best so far, after each trial.

        Args:
            on_their_way: trials that were asked for and not told yet: they know nothing of it.
        """
        self._waited += 1
        if best < self._record - _GAIN:
            self._record, self._waited = best, -on_their_way

    @property
    def is_over(self) -> bool:
        return self._waited >= _TRIALS
