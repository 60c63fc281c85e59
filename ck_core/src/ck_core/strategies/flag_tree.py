"""A tree of decisions, the one with the greatest impact first, descended by upper confidence.

S. Park and others, SRTuner: Effective Compiler Optimization Customization by Exposing Synergistic
Relations, CGO 2022: decisions about options are the levels of a tree, a bandit chooses among the
values at each node, and the order of levels follows the impact of options that is estimated from
how the performance is distributed. Below a decision the order is its own, so that options which
matter together stand under each other.

Differences: the tree has only levels for which there are trials; the impact is the distance between
values' mean rewards in standard errors; what the path leaves open keeps the values of the node's
best trial but for a few. The bound: P. Auer and others, Finite-time Analysis of the Multiarmed
Bandit Problem, 2002.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt
from statistics import pstdev

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.history import History
from ck_core.strategies.moves import changed_at, few, source_of

_SPLIT = 16
"""Trials at a leaf before a decision is made of it."""
_LOOKED_AT = 64
_DEPTH = 24
_CHANGES = 24
_CONFIDENCE = 0.1
_FASTEST = 20.0
"""In logarithms: what is faster yet is alike; where costs cross 0, speeds have no end."""


@dataclass
class _Node:
    """Attributes: trials: the last ones below it; best: the one with the greatest reward."""

    count: int = 0
    total: float = 0.0
    trials: list[Trial] = field(default_factory=list)
    best: Trial | None = None
    decides: Parameter | None = None
    below: dict[str, _Node] = field(default_factory=dict)


class FlagTree:
    def __init__(self, problem: Problem) -> None:
        self._history = History(problem.space)
        self._source = source_of(problem.seed)
        self._root = _Node()

    def ask(self) -> Configuration | None:
        return self._history.fresh(self._completed)

    def tell(self, trial: Trial) -> None:
        kept = self._history.told(trial)
        if kept is None:
            return
        node, path = self._root, [self._root]
        while node.decides is not None and len(path) <= _DEPTH:
            value = self._history.space.value(kept.configuration, node.decides.name)
            node = node.below.setdefault(value, _Node())
            path.append(node)
        for one in path:
            self._count(one, kept)
        if len(path) <= _DEPTH and node.count >= _SPLIT and node.count % _SPLIT == 0:
            self._split(node, path)

    def _reward(self, trial: Trial) -> float:
        """Speed over that of the first trial that ran; nothing for a failure."""
        return exp(min(-self._history.relative(trial.cost), _FASTEST))

    def _count(self, node: _Node, trial: Trial) -> None:
        node.count += 1
        node.total += self._reward(trial)
        node.trials = [*node.trials[1 - _LOOKED_AT :], trial]
        if trial.costs and (node.best is None or trial.cost < node.best.cost):
            node.best = trial

    def _split(self, node: _Node, path: Sequence[_Node]) -> None:
        """Decide next what told trials apart most."""
        decided = {one.decides.name for one in path if one.decides}
        rewards = [self._reward(one) for one in node.trials]
        impacts = _impacts([one.configuration for one in node.trials], rewards)
        name = max(
            (one for one in impacts if one not in decided),
            key=lambda one: impacts[one],
            default=None,
        )
        if name is None:
            return
        node.decides = self._history.space.by_name[name]
        for trial in node.trials:
            value = self._history.space.value(trial.configuration, name)
            self._count(node.below.setdefault(value, _Node()), trial)

    def _completed(self) -> Configuration:
        """Down the tree; what is open then is that of the node's best but for a few."""
        decisions: dict[str, str] = {}
        node = self._root
        while node.decides is not None:
            value = self._chosen(node, node.decides)
            decisions[node.decides.name] = value
            node = node.below.setdefault(value, _Node())
        space, source = self._history.space, self._source
        known = node.best.configuration if node.best else self._history.base
        open_ones = [one for one in space.parameters if one.name not in decisions]
        if not open_ones:
            return space.changed(known, decisions)
        count = min(few(_CHANGES, source), len(open_ones))
        start = space.changed(known, decisions)
        return changed_at(space, start, source.sample(open_ones, count), source)

    def _chosen(self, node: _Node, parameter: Parameter) -> str:
        """The value with the greatest upper confidence bound; one without trials is average."""
        mean = node.total / node.count
        bounds = {}
        for value in parameter.values:
            below = node.below.get(value) or _Node()
            found = below.total / below.count if below.count else mean
            bounds[value] = found + _CONFIDENCE * sqrt(2 * log(node.count) / (below.count + 1))
        best = max(bounds.values())
        return self._source.choice([value for value in bounds if bounds[value] == best])


def _impacts(given: Sequence[Configuration], rewards: Sequence[float]) -> dict[str, float]:
    """Of each parameter: how far, in standard errors, its values' mean rewards are from the others.

    The greatest of its values that are not the default; O(values given).
    """
    count, total = len(rewards), sum(rewards)
    deviation = pstdev(rewards)
    sums: dict[tuple[str, str], list[float]] = {}
    for configuration, reward in zip(given, rewards, strict=True):
        for item in configuration.items():
            sums.setdefault(item, []).append(reward)
    found: dict[str, float] = {}
    for (name, _), own in sums.items():
        rest = count - len(own)
        if rest and deviation:
            apart = abs(sum(own) / len(own) - (total - sum(own)) / rest)
            error = deviation * sqrt(1 / len(own) + 1 / rest)
            found[name] = max(found.get(name, 0.0), apart / error)
    return found
