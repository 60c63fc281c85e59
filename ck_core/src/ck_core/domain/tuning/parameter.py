"""What may be varied when a program is tuned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from ck_core.domain.tuning.expression import Expression

Configuration = Mapping[str, str]
"""Parameter's name to value; what is missing has its default."""


class Place(str, Enum):
    """What a parameter's value becomes."""

    FLAG = "flag"
    """Words of the compiler's command line; an empty value passes nothing."""
    MACRO = "macro"
    """``-DNAME=VALUE``; an empty value leaves the sources' own."""
    VARIABLE = "variable"
    """A variable of the program's environment; an empty value leaves it as it is."""
    LAUNCHER = "launcher"
    """An option of who executes (``tasks``); an empty value tells it nothing."""
    PROFILE = "profile"
    """``yes``: built twice, the second time with the profile of a training run."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One thing to vary.

    Attributes:
        name: unique in a session, e.g. ``-finline-functions``, ``OMP_NUM_THREADS``.
        values: the texts it may take, at least two, each once.
        default: what it has where nobody says otherwise; one of the values.
        group: what ``--tune`` knows it by: ``flags``, ``threads``, ``choices``, ...
        ordered: the values stand in the order of a quantity: neighbours are alike.
        inexact: values that may change results (the ``-ffast-math`` family).
        condition: where it does not hold the parameter has no effect and keeps its default.
        tacit: the default is what there is anyway: it is passed to nobody.
        default_told: what an empty default stands for, where a compiler says so: ``15``.
        source: where it was read from, e.g. ``gcc-12 --help=optimizers``.
    """

    name: str
    values: tuple[str, ...]
    default: str = ""
    group: str
    place: Place = Place.FLAG
    ordered: bool = False
    inexact: frozenset[str] = frozenset()
    condition: Expression | None = None
    tacit: bool = False
    default_told: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError."""
        if self.default not in self.values:
            raise ValueError(f"{self.name}: the default {self.default!r} is none of its values")
        if len(set(self.values)) != len(self.values):
            raise ValueError(f"{self.name}: a value stands there twice")

    @property
    def others(self) -> tuple[str, ...]:
        """The values that are not the default."""
        return tuple(one for one in self.values if one != self.default)

    @property
    def exact(self) -> Parameter | None:
        """Without what may change results; None where nothing is left to vary."""
        kept = tuple(one for one in self.values if one not in self.inexact)
        if len(kept) == len(self.values):
            return self
        return self.restricted(kept)

    def restricted(self, values: tuple[str, ...]) -> Parameter | None:
        """To these values and the default; None where that leaves nothing to vary."""
        kept = tuple(one for one in self.values if one in values or one == self.default)
        if len(kept) < 2:
            return None
        return replace(self, values=kept, inexact=self.inexact & set(kept))


def differing(one: Configuration, other: Configuration) -> Iterator[str]:
    """Names whose values differ."""
    yield from (name for name in {**one, **other} if one.get(name) != other.get(name))
