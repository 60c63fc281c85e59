"""Which values may be to blame for failures.

Group testing: R. Dorfman, The Detection of Defective Members of Large Populations, 1943. What was
part of a success is cleared; of a failure one of the values that are not is to blame.
"""

from __future__ import annotations

from collections import deque

from ck_core.domain.tuning.parameter import Configuration

Item = tuple[str, str]
_REMEMBERED = 200
_ALONE = 0.9
"""How likely one of the suspects broke it, rather than cleared values that break it together."""


class Suspects:
    def __init__(self) -> None:
        self._failures: deque[Configuration] = deque(maxlen=_REMEMBERED)
        self._cleared: set[Item] = set()
        self._blame: dict[Item, float] = {}

    def failed(self, configuration: Configuration, base: Configuration) -> None:
        self._failures.append(configuration)
        self._judge(base)

    def succeeded(self, configuration: Configuration, base: Configuration) -> None:
        new = configuration.items() - self._cleared
        self._cleared.update(new)
        if new:
            self._judge(base)

    def blame(self, item: Item) -> float:
        """The chance that it breaks what it is added to, from 0 to 1."""
        return self._blame.get(item, 0.0)

    def _judge(self, base: Configuration) -> None:
        """Where all are cleared, those that the base does not have: together they break it."""
        innocent: dict[Item, float] = {}
        for failure in self._failures:
            items = failure.items()
            open_ones = [one for one in items if one not in self._cleared]
            open_ones = open_ones or [one for one in items if base.get(one[0]) != one[1]]
            for one in open_ones:
                innocent[one] = innocent.get(one, 1.0) * (1 - _ALONE / len(open_ones))
        self._blame = {one: 1 - chance for one, chance in innocent.items()}
