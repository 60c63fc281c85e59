"""One kind of picture of an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from ck_core.errors import UsageError
from ck_core.publishing.about import about
from ck_core.publishing.charts.layout import Specification, headed
from ck_core.publishing.report import pictures
from ck_core.publishing.report.material import Material
from ck_core.publishing.report.parts import drawn_parts
from ck_core.publishing.report.searches import aimed, without_attempts

KINDS: Mapping[str, pictures.Drawing] = {
    "distribution": pictures.repetitions,
    "bars": pictures.bars,
    "pareto": pictures.frontier,
    "speedup": pictures.speedups,
    "convergence": pictures.tuning,
    "order": pictures.run_orders,
}
_NEEDS = {
    "distribution": "points with several repetitions of {metric}",
    "order": "points with several repetitions of {metric}",
    "bars": "points with a number for {metric}",
    "pareto": "three points of one program, command and dataset with different numbers for both "
    "{objectives}",
    "speedup": "a baseline and another point of the same program, command and dataset with times, "
    "less being better, for {metric}",
    "convergence": "points of a tuning, each with a whole number 'trial', and nothing was tuned",
}
_INSTEAD = {"convergence": "--kind order shows how a benchmark went on"}


def pictures_of_kind(kind: str, material: Material) -> list[Specification]:
    """That of one of ``KINDS``, one for each program, command and dataset.

    Raises:
        UsageError: the points have nothing to show in it.
    """
    material = without_attempts(aimed(material))
    found = [
        headed(picture, heading=part.heading, about=about(part.material.points))
        for part in drawn_parts(material)
        for picture in islice(KINDS[kind](part.material), 1)
    ]
    if not found:
        raise _nothing(kind, material)
    return found


def _nothing(kind: str, material: Material) -> UsageError:
    objectives = " and ".join(material.objectives)
    needs = _NEEDS[kind].format(metric=material.main_metric, objectives=objectives)
    return UsageError(
        f"nothing to draw: a picture '{kind}' needs {needs}",
        hint=_INSTEAD.get(kind, f"ckp show {material.experiment} tells what its points have"),
    )
