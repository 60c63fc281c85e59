"""One picture of an experiment, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ck_core.errors import UsageError
from ck_core.publishing.charts.layout import Specification
from ck_core.publishing.report import pictures
from ck_core.publishing.report.material import Material

KINDS: Mapping[str, Callable[[Material], Iterable[Specification]]] = {
    "distribution": pictures.repetitions,
    "bars": pictures.bars,
    "pareto": pictures.frontier,
    "speedup": pictures.speedups,
    "convergence": pictures.tuning,
    "order": pictures.run_orders,
}
_NEEDS = {
    "distribution": "points with several repetitions of",
    "order": "points with several repetitions of",
    "bars": "points with a number for",
    "pareto": "three points or more with different numbers for both objectives beside",
    "speedup": "a baseline and another point with times, less being better, for",
    "convergence": "points with a number for",
}


def picture_of(kind: str, material: Material) -> Specification:
    """The picture of one of ``KINDS``.

    Raises:
        UsageError: the points have nothing to show in it.
    """
    found = next(iter(KINDS[kind](material)), None)
    if found is None:
        raise UsageError(
            f"nothing to draw: a picture '{kind}' needs {_NEEDS[kind]} {material.main_metric}",
            hint=f"ckp show {material.experiment} tells what its points have",
        )
    return found
