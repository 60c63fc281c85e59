"""What a search was told, and what it asked: parts that all strategies need."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import count
from math import asinh, inf

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.strategy import Trial
from ck_core.strategies.moves import source_of

_ELITES = 32
_DRAWS = 30
_WIDER_DRAWS = 5
_SMALL = 4096
"""Spaces up to this size are walked through when drawing finds nothing new."""
_SMALL_SHARE = 1e-3
"""Of the first cost: above it costs are compared by their ratio."""
_LARGEST = 1e300


def digest(configuration: Configuration) -> bytes:
    """Tells normalized configurations apart; a few bytes, since thousands are remembered."""
    text = "\0".join(f"{name}\0{value}" for name, value in configuration.items())
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class History:
    """The best trials, and which configurations are spoken for.

    Attributes:
        best: with the least first cost; None until one succeeds.
        elites: the best few, the best first; of equal costs the earlier.
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        self.best: Trial | None = None
        self._seen: set[bytes] = set()
        self._ranked: list[tuple[float, int, Trial]] = []
        self._numbers = count()
        self._rest: Iterator[Configuration] | None = None
        self._unit: float | None = None

    @property
    def elites(self) -> list[Trial]:
        return [trial for _, _, trial in self._ranked]

    @property
    def base(self) -> Configuration:
        """The best known; the default before anything is."""
        return self.best.configuration if self.best else {}

    def relative(self, cost: float) -> float:
        """To the first that succeeded: 0.01 is 1 % worse; the logarithm of the ratio.

        Infinite for a failure. A cost that is to grow is negative. Towards 0 and beyond, where
        there is no logarithm, what is less is yet better.
        """
        unit = cost if self._unit is None else self._unit
        return inf if cost == inf else _scaled(cost, unit) - _scaled(unit, unit)

    def told(self, trial: Trial) -> Trial | None:
        """Normalized; None where the space does not hold it: others may have asked for it."""
        if not self._holds(trial.configuration):
            return None
        kept = Trial(
            configuration=self.space.normalized(trial.configuration),
            costs=trial.costs,
            failure=trial.failure,
        )
        self._seen.add(digest(kept.configuration))
        if kept.costs:
            self._unit = kept.cost if self._unit is None else self._unit
            self._rank(kept)
        return kept

    def fresh(self, draw: Callable[[], Configuration]) -> Configuration | None:
        """The first drawn configuration that is allowed and new, which is then spoken for.

        Where ``draw`` finds none the whole space is drawn from, and small ones are walked through;
        None where that gives nothing either.

        Args:
            draw: gives normalized configurations.
        """
        for _ in range(_DRAWS):
            if self.claim(found := draw()):
                return found
        return self._any()

    def claim(self, configuration: Configuration) -> bool:
        """Whether it is allowed and new; then it is spoken for."""
        name = digest(configuration)
        if name in self._seen or not self.space.allows(configuration):
            return False
        self._seen.add(name)
        return True

    def _holds(self, configuration: Configuration) -> bool:
        known = self.space.by_name
        return all(
            name in known and value in known[name].values for name, value in configuration.items()
        ) and self.space.allows(configuration)

    def _rank(self, trial: Trial) -> None:
        insort(self._ranked, (trial.cost, next(self._numbers), trial))
        del self._ranked[_ELITES:]
        self.best = self._ranked[0][2]

    def _any(self) -> Configuration | None:
        if self.space.size > _SMALL:
            source = source_of(len(self._seen), "anything new")
            drawn = (self.space.random(source) for _ in range(_WIDER_DRAWS))
            return next((one for one in drawn if self.claim(one)), None)
        if self._rest is None:
            self._rest = self.space.all()
        return next((one for one in self._rest if self.claim(one)), None)


def _scaled(cost: float, unit: float) -> float:
    """asinh: of what is large the logarithm, of what is small itself."""
    one = abs(unit) * _SMALL_SHARE or 1.0
    return asinh(min(max(cost / one, -_LARGEST), _LARGEST))
