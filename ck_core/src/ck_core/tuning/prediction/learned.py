"""Models of scikit-learn: which known winner is expected to gain most here.

With few programs neither "which flags" (hundreds of answers, each with one or no positive example)
nor "whose winner" (one example a class) can be learned. How much a configuration gains can: every
trial of every recorded search is an example. So the models learn the gain from a program's features
and a configuration's values, and choose among configurations that won somewhere, and the default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from math import exp, log1p
from typing import Any

from ck_core.domain.tuning.parameter import Configuration
from ck_core.errors import UsageError
from ck_core.tuning.prediction.experience import Experience, known_winners
from ck_core.tuning.prediction.guesses import Guess, Model
from ck_core.tuning.prediction.similarity import Features, standardized

_TREES = 200
_LEAF = 3
"""Examples behind each answer of a tree, at the least: one trial alone may be noise."""
_NOBODY = ""
_NOTHING = "no known winner is expected to gain anything here"


@dataclass(frozen=True)
class _Columns:
    """How a configuration becomes numbers: its values that winners have, and how many others."""

    known: tuple[tuple[str, str], ...]

    def row(self, features: Sequence[float], configuration: Configuration) -> list[float]:
        values = [float(configuration.get(name) == value) for name, value in self.known]
        others = sum(one not in self.known for one in configuration.items())
        return [*features, *values, log1p(others)]


def _guesses(
    make: Callable[[int], Any], program: Features, experiences: list[Experience], seed: int
) -> list[Guess]:
    """Raises UsageError: the library is missing, or there is nothing to learn from."""
    candidates = {_NOBODY: {}, **known_winners(experiences)}
    columns = _Columns(tuple(sorted({p for one in candidates.values() for p in one.items()})))
    own, *others = standardized([program, *(one.features for one in experiences)])
    rows, gains = _examples(columns, others, experiences)
    model = make(seed % 2**32)  # scikit-learn takes no larger ones
    model.fit(rows, gains)
    expected = model.predict([columns.row(own, one) for one in candidates.values()])
    found = [
        Guess(configuration=one, gain=exp(gain), basis=_basis(name))
        for (name, one), gain in zip(candidates.items(), expected, strict=True)
    ]
    return sorted(found, key=lambda one: -one.gain)


def _examples(
    columns: _Columns, features: Sequence[Sequence[float]], experiences: list[Experience]
) -> tuple[list[list[float]], list[float]]:
    """A row for each outcome, and the logarithm of what it gained; raises UsageError."""
    known = [
        (columns.row(own, outcome.configuration), outcome.log_gain)
        for own, one in zip(features, experiences, strict=True)
        for outcome in one.outcomes
    ]
    if not known:
        raise UsageError(
            "nothing can be learned: the recorded searches hold no trials", hint="--model nearest"
        )
    return [row for row, _ in known], [gain for _, gain in known]


def _basis(name: str) -> str:
    return f"the winner of program:{name}" if name else _NOTHING


def _tree(seed: int) -> Any:
    return _library("tree").DecisionTreeRegressor(min_samples_leaf=_LEAF, random_state=seed)


def _svm(_seed: int) -> Any:
    """Gains of a few per cent matter: the tube in which errors are none is narrow."""
    return _library("svm").SVR(epsilon=0.01)


def _forest(seed: int) -> Any:
    """Each split sees a third of the columns: else the strongest feature is all that is used."""
    return _library("ensemble").RandomForestRegressor(
        n_estimators=_TREES, min_samples_leaf=_LEAF, max_features=1 / 3, random_state=seed
    )


def has_library(model: str) -> bool:
    """Whether that model can be used here."""
    return model not in LEARNED or find_spec("sklearn") is not None


def _library(name: str) -> Any:
    try:
        return import_module(f"sklearn.{name}")
    except ImportError as error:
        raise UsageError(
            f"this model needs scikit-learn: {error}",
            hint="pip install 'ck-core[learning]', or --model nearest",
        ) from None


def _model(make: Callable[[int], Any]) -> Model:
    def guesses(program: Features, experiences: list[Experience], seed: int) -> list[Guess]:
        return _guesses(make, program, experiences, seed)

    return guesses


LEARNED: Mapping[str, Model] = {
    "tree": _model(_tree),
    "svm": _model(_svm),
    "forest": _model(_forest),
}
