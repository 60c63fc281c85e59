"""Small steps in a space: what hill climbers, breeders and the like change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import TypeVar

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.space import Space

Ranked = TypeVar("Ranked")
_NEAR = 0.7
_SCATTERED = 4


def source_of(seed: int, what: str = "") -> Random:
    """Random numbers of a search; ``what`` tells parts of one search apart."""
    return Random(f"{seed} {what}")  # noqa: S311  # a search, nothing to keep secret


def other_value(parameter: Parameter, value: str, source: Random) -> str:
    """One that differs, where there is one; of ordered values mostly a neighbour.

    An empty default is no quantity: all values are as far from it.
    """
    if parameter.ordered and source.random() < _NEAR:
        scale = [one for one in parameter.values if one]
        if value in scale and len(scale) > 1:
            at = scale.index(value)
            return source.choice(scale[max(at - 1, 0) : at] + scale[at + 1 : at + 2])
    return source.choice([one for one in parameter.values if one != value] or [value])


def few(most: int, source: Random) -> int:
    """From 1 to ``most``, k with a probability that falls as k ** -1.5.

    Mostly one or two changes, but at times many, so that no distance is out of reach: B. Doerr
    and others, Fast Genetic Algorithms, GECCO 2017.
    """
    least = max(most, 1) ** -0.5
    return min(int(source.uniform(least, 1.0) ** -2), max(most, 1))


def changed_at(
    space: Space, configuration: Configuration, parameters: Iterable[Parameter], source: Random
) -> Configuration:
    """With another value for each of these parameters; the same where that is not allowed."""
    changes = {
        one.name: other_value(one, space.value(configuration, one.name), source)
        for one in parameters
    }
    return space.changed(configuration, changes)


def mutated(
    space: Space, configuration: Configuration, source: Random, most: int = 0
) -> Configuration:
    """A few parameters changed; ``most`` 0: up to half of them."""
    count = min(few(most or len(space.parameters) // 2, source), len(space.parameters))
    return changed_at(space, configuration, source.sample(space.parameters, count), source)


def scattered(space: Space, configuration: Configuration, source: Random) -> Configuration:
    """From four to a quarter of all parameters changed, each order of magnitude as often.

    Far enough to see something new; whole random configurations mostly fail.
    """
    most = len(space.parameters)
    least = min(_SCATTERED, most)
    count = round(least * max(most / 4 / least, 1.0) ** source.random())
    return changed_at(space, configuration, source.sample(space.parameters, count), source)


def crossed(
    space: Space, one: Configuration, other: Configuration, source: Random
) -> Configuration:
    """Each value from one of the two; ``one`` itself where that is not allowed."""
    names = [name for name in {**one, **other} if one.get(name) != other.get(name)]
    taken = {name: space.value(other, name) for name in names if source.random() < 0.5}
    return space.changed(one, taken)


def best_of(count: int, ranked: Sequence[Ranked], source: Random) -> Ranked:
    """A tournament: the best of ``count`` drawn from a sequence that begins with the best."""
    return ranked[min(source.randrange(len(ranked)) for _ in range(count))]
