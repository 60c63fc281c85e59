"""Which of many values matter, from few trials: a linear model in which few effects are large.

P. Carbonetto, M. Stephens, Scalable Variational Inference for Bayesian Variable Selection in
Regression, Bayesian Analysis 7(1), 2012: each effect is drawn from a wide normal
distribution or from one around nothing, here a narrow one; the chance that it is large, its mean
and its variance are fitted one effect after the other. That gives what a search needs: how sure it
may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp, log

_CHANCE = 0.03
"""That an effect is large, before anything is known."""
_SIZE, _SMALL = 0.08, 0.006
"""Standard deviations of large effects and of others."""
_LEAST_NOISE = 0.004
_FIRST_NOISE = 0.05
_MOST_ROWS = 320
_ROWS_PER_SWEEP = 100
_KEPT_BEST, _KEPT_LAST = 64, 160
_SURE = 700.0
_PRIOR_ROWS = 4


@dataclass(slots=True)
class Effect:
    """Of one feature, in logarithms of cost.

    Attributes:
        chance: that it is large.
        mean, variance: of it where it is large.
        small: its mean where it is not.
        expected: the mean of both.
        rows: the trials that have it.
    """

    chance: float = _CHANCE
    mean: float = 0.0
    small: float = 0.0
    expected: float = 0.0
    variance: float = _SIZE**2
    rows: list[int] = field(default_factory=list)


class SparseEffects:
    """Bounded: it keeps the best and the last few hundred rows.

    Attributes:
        noise: what the effects do not explain, as a standard deviation.
    """

    def __init__(self) -> None:
        self.noise = _FIRST_NOISE
        self._effects: dict[str, Effect] = {}
        self._rows: list[tuple[Sequence[str], float]] = []
        self._left: list[float] = []
        self._constant = 0.0
        self._added = 0

    def of(self, feature: str) -> Effect:
        found = self._effects.get(feature)
        if found is None:
            found = self._effects[feature] = Effect()
        return found

    def add(self, features: Sequence[str], outcome: float) -> None:
        """One trial. A sweep takes time as rows and their features do: the more, the fewer."""
        if len(self._rows) >= _MOST_ROWS:
            self._forget()
        self._append(features, outcome)
        self._added += 1
        if self._added % (1 + len(self._rows) // _ROWS_PER_SWEEP) == 0:
            self._sweep()

    def _append(self, features: Sequence[str], outcome: float) -> None:
        own = [self.of(one) for one in features]
        self._rows.append((features, outcome))
        self._left.append(outcome - self._constant - sum(one.expected for one in own))
        for one in own:
            one.rows.append(len(self._rows) - 1)

    def _forget(self) -> None:
        """Effects keep what they are: only the rows go."""
        last = len(self._rows) - _KEPT_LAST
        best = sorted(range(last), key=lambda at: self._rows[at][1])[:_KEPT_BEST]
        kept = [self._rows[at] for at in (*sorted(best), *range(last, len(self._rows)))]
        self._rows, self._left = [], []
        for one in self._effects.values():
            one.rows = []
        for features, outcome in kept:
            self._append(features, outcome)

    def _sweep(self) -> None:
        left = self._left
        shift = sum(left) / len(left)
        self._constant += shift
        left[:] = [one - shift for one in left]
        fitting = _Fitting(left, self.noise)
        unsure = sum([fitting.fit(one) for one in self._effects.values() if one.rows])
        squares = sum([one * one for one in left]) + unsure
        prior = _PRIOR_ROWS * _FIRST_NOISE**2
        noise = ((squares + prior) / (len(left) + _PRIOR_ROWS)) ** 0.5
        self.noise = max(noise, _LEAST_NOISE)


class _Fitting:
    """One sweep; what depends on an effect's number of rows alone is worked out once.

    Args:
        left: of each row what the effects leave unexplained; kept up to date.
    """

    def __init__(self, left: list[float], noise: float) -> None:
        self._left = left
        self._square = noise * noise
        self._known: dict[int, tuple[float, float, float]] = {}

    def fit(self, one: Effect) -> float:
        """Given all others; returns what is unsure of it, summed over its rows."""
        left, rows, before = self._left, one.rows, one.expected
        count = len(rows)
        variance, least, odds = self._known.get(count) or self._worked_out(count)
        pull = (sum([left[at] for at in rows]) + count * before) / self._square
        mean, small = pull * variance, pull * least
        odds += (mean * pull - small * pull) / 2
        chance = 1 / (1 + exp(-odds)) if odds < _SURE else 1.0
        one.mean, one.small, one.variance, one.chance = mean, small, variance, chance
        one.expected = chance * mean + (1 - chance) * small
        change = one.expected - before
        for at in rows:
            left[at] -= change
        second = chance * (variance + mean * mean) + (1 - chance) * (least + small * small)
        return count * (second - one.expected**2)

    def _worked_out(self, count: int) -> tuple[float, float, float]:
        """Variances of a large and a small effect, and the log odds of one that is 0."""
        large = self._square / (count + self._square / _SIZE**2)
        small = self._square / (count + self._square / _SMALL**2)
        odds = log(_CHANCE / (1 - _CHANCE)) + 0.5 * log(large / _SIZE**2 * _SMALL**2 / small)
        self._known[count] = large, small, odds
        return large, small, odds
