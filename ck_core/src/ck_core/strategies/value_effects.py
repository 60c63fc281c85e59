"""What each value of each parameter does to the cost, as far as trials tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.space import Space
from ck_core.strategies.sparse_effects import Effect, SparseEffects

_NOTICED = 0.004
_CREDIBLE = 0.5


@dataclass(frozen=True, slots=True)
class _Value:
    value: str
    effects: tuple[Effect, ...]

    @property
    def expected(self) -> float:
        return sum([one.expected for one in self.effects])

    def drawn(self, source: Random) -> float:
        """What it may do, as likely as that is."""
        found = 0.0
        for one in self.effects:
            if source.random() < one.chance:
                found += source.gauss(one.mean, one.variance**0.5)
        return found


class ValueEffects:
    """In logarithms of cost, against the default."""

    def __init__(self, space: Space) -> None:
        self._by_name = space.by_name
        self._model = SparseEffects()
        self._values = {
            one.name: [self._value(one, value) for value in one.others] for one in space.parameters
        }

    def add(self, configuration: Configuration, outcome: float) -> None:
        features = (features_of(self._by_name[name], of) for name, of in configuration.items())
        self._model.add([one for some in features for one in some], outcome)

    def drawn(self, parameter: Parameter, held: str, source: Random) -> tuple[float, str | None]:
        """The value whose effect is drawn best, and how far below the held one's; None: that."""
        best, least, of_held = parameter.default, 0.0, 0.0
        for one in self._values[parameter.name]:
            effect = one.drawn(source)
            of_held = effect if one.value == held else of_held
            if effect < least:
                best, least = one.value, effect
        return least - of_held, best if least < of_held else None

    def is_credible(self, name: str, value: str) -> bool:
        """Rather better than the default than not."""
        found = self._known(name, value)
        return found.expected < -_NOTICED and max(one.chance for one in found.effects) > _CREDIBLE

    def is_worse(self, parameter: Parameter, value: str) -> bool:
        return value != parameter.default and (
            self._known(parameter.name, value).expected >= _NOTICED
        )

    def _known(self, name: str, value: str) -> _Value:
        return next(one for one in self._values[name] if one.value == value)

    def _value(self, parameter: Parameter, value: str) -> _Value:
        effects = tuple(self._model.of(one) for one in features_of(parameter, value))
        return _Value(value, effects)


def features_of(parameter: Parameter, value: str) -> Iterator[str]:
    """The value; of a quantity also whether it is small or large, which neighbours share."""
    yield f"{parameter.name}\0{value}"
    scale = [one for one in parameter.values if one]
    if parameter.ordered and len(scale) > 2 and value in scale:
        yield f"{parameter.name}\0\0{'small' if scale.index(value) * 2 < len(scale) else 'large'}"
