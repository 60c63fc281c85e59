"""The best trial of each context, so that none is given up early.

S. Mahfoud, Niching Methods for Genetic Algorithms, 1995. A context is what a configuration has of
the parameters that all other effects depend on, as the whole plots of a split-plot design: G. Box,
S. Jones, Split-Plot Designs for Robust Product Experimentation, Journal of Applied Statistics 19,
1992.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.strategy import Trial

_MOST = 16
_NEAR = 0.25
"""How much worse than the best, in logarithms of cost, a context may be to come to it yet."""


class Niches:
    """Attributes: context: names of the parameters it is made of."""

    def __init__(self) -> None:
        self.context: set[str] = set()
        self._best: list[Trial] = []

    def of(self, configuration: Configuration) -> Configuration:
        return {name: value for name, value in configuration.items() if name in self.context}

    def moved(self, configuration: Configuration, other: Configuration) -> Configuration:
        """The configuration in the other's context."""
        kept = {name: one for name, one in configuration.items() if name not in self.context}
        return {**kept, **self.of(other)}

    def settle(self, trial: Trial) -> None:
        own = self.of(trial.configuration)
        at_home = [one for one in self._best if self.of(one.configuration) == own]
        if at_home and at_home[0].cost <= trial.cost:
            return
        others = [one for one in self._best if one not in at_home]
        self._best = sorted([*others, trial], key=lambda one: one.cost)[:_MOST]

    def near(self, relative: Callable[[float], float]) -> list[Trial]:
        """The best of contexts that are not far behind, the best first.

        Args:
            relative: of a cost, its logarithm up to a constant.
        """
        if not self._best:
            return []
        limit = relative(self._best[0].cost) + _NEAR
        return [one for one in self._best if relative(one.cost) <= limit]

    def learn(self, names: Iterable[str]) -> None:
        """That these parameters are of the context."""
        self.context.update(names)
