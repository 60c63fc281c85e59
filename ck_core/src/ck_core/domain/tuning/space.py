"""All configurations that a search may try."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import prod
from random import Random

from ck_core.domain.tuning.expression import BadExpressionError, Expression
from ck_core.domain.tuning.parameter import Configuration, Parameter

_DRAWS = 1000


def _nothing() -> None: ...


@dataclass(frozen=True)
class Space:
    """Parameters, and what their values must fulfil together.

    Parameters whose conditions name others come behind those, so that one pass decides.

    Attributes:
        check: called whenever a condition is worked out, which may happen millions of times before
            one configuration is found; what it raises ends that.
    """

    parameters: tuple[Parameter, ...]
    constraints: tuple[Expression, ...] = ()
    check: Callable[[], None] = field(default=_nothing, compare=False, repr=False)

    @cached_property
    def by_name(self) -> Mapping[str, Parameter]:
        return {one.name: one for one in self.parameters}

    @property
    def size(self) -> int:
        """Of the whole product: conditions and constraints leave less."""
        return prod(len(one.values) for one in self.parameters)

    def value(self, configuration: Configuration, name: str) -> str:
        return configuration.get(name, self.by_name[name].default)

    def normalized(self, configuration: Configuration) -> Configuration:
        """Without defaults, and without what has no effect; in the space's order."""
        found: dict[str, str] = {}
        for one in self.parameters:
            value = configuration.get(one.name, one.default)
            if value != one.default and self._is_active(one, found):
                found[one.name] = value
        return found

    def allows(self, configuration: Configuration) -> bool:
        """Whether all constraints hold; one that cannot be worked out does not."""
        return self.broken(configuration) is None

    def broken(self, configuration: Configuration) -> Expression | None:
        """The first constraint that does not hold; None where all do."""
        given = (one for one in self.constraints if not self._holds(one, configuration))
        return next(given, None)

    def random(self, source: Random) -> Configuration:
        """An allowed configuration, each alike; the default where none is found."""
        for _ in range(_DRAWS):
            drawn = {one.name: source.choice(one.values) for one in self.parameters}
            if self.allows(found := self.normalized(drawn)):
                return found
        return {}

    def changed(self, configuration: Configuration, changes: Configuration) -> Configuration:
        """Normalized; the configuration itself where the change is not allowed."""
        found = self.normalized({**configuration, **changes})
        return found if self.allows(found) else configuration

    def all(self) -> Iterator[Configuration]:
        """Each allowed configuration once, the default first."""
        names = [one.name for one in self.parameters]
        for values in product(*((one.default, *one.others) for one in self.parameters)):
            found = self.normalized(dict(zip(names, values, strict=True)))
            # What loses a value when normalized comes again without it.
            if len(found) == _given(values, self.parameters) and self.allows(found):
                yield found

    def _is_active(self, parameter: Parameter, decided: Configuration) -> bool:
        """Where a condition names what is not varied, the parameter is free."""
        condition = parameter.condition
        if condition is None or not condition.names <= self.by_name.keys():
            return True
        return self._holds(condition, decided)

    def _holds(self, expression: Expression, configuration: Configuration) -> bool:
        self.check()
        values = {name: self.value(configuration, name) for name in expression.names}
        try:
            return expression.holds(values)
        except BadExpressionError:
            return False


def key_of(configuration: Configuration) -> tuple[tuple[str, str], ...]:
    """By which configurations of one space are told apart."""
    return tuple(sorted(configuration.items()))


def _given(values: tuple[str, ...], parameters: tuple[Parameter, ...]) -> int:
    return sum(value != one.default for value, one in zip(values, parameters, strict=True))
