"""What people mean by the two sides of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ck_core.context import Context
from ck_core.errors import UsageError
from ck_core.experiments.comparing.comparing import Answer, Side, compare_sides, sides_by
from ck_core.experiments.reading.choosing import chosen, points_of
from ck_core.experiments.reading.experiment import Experiment
from ck_core.experiments.reading.own_metric import own_metric

_HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, kw_only=True)
class CompareOptions:
    """What is compared, and by what.

    Attributes:
        metric: empty: the time that the program is judged by.
    """

    condition: str = ""
    by: str = ""
    baseline: str = ""
    metric: str = ""
    maximize: bool = False


def answers_of(names: Sequence[str], options: CompareOptions, context: Context) -> list[Answer]:
    """One for two names, or, with ``by``, one for each value beside the baseline.

    Raises:
        UsageError, ComponentNotFoundError: it is not clear what is meant, or nothing is there.
    """
    if not options.metric:
        cids = dict.fromkeys(name.partition("#")[0] for name in names)
        silent = context.silent()  # they are read again
        metric = own_metric([chosen(one, "", silent) for one in cids], silent)
        options = replace(options, metric=metric)
    if options.by:
        return _answers_by(names, options, context)
    if len(names) != 2:
        raise UsageError(
            f"{len(names)} {'thing' if len(names) == 1 else 'things'} to compare, not 2",
            hint="ckp compare experiment:X#UID experiment:X#UID, "
            "or ckp compare experiment:X --by compiler",
        )
    sides = [_side(name, options, context) for name in names]
    labels = _labels(names)
    sides = [Side(label=label, points=s.points) for label, s in zip(labels, sides, strict=True)]
    return [_answer(sides[0], sides[1], options)]


def _answer(a: Side, b: Side, options: CompareOptions) -> Answer:
    return compare_sides(a, b, options.metric, maximize=options.maximize)


def _answers_by(names: Sequence[str], options: CompareOptions, context: Context) -> list[Answer]:
    if len(names) != 1:
        raise UsageError("--by compares within one experiment", hint="name one")
    experiment = chosen(names[0], options.condition, context)
    experiment.check_names([options.by])
    _check_metric(experiment, options.metric)
    sides = sides_by(options.by, points_of(experiment))
    if len(sides) < 2:
        what = f"is '{sides[0].label}' for all" if sides else "is nowhere"
        raise UsageError(f"{options.by} {what}: nothing to compare", hint="--by another choice")
    first = _baseline(sides, options)
    return _beside(first, [side for side in sides if side is not first], options, context)


def _beside(
    first: Side, others: Sequence[Side], options: CompareOptions, context: Context
) -> list[Answer]:
    """Of those that can be compared; raises UsageError where that is none."""
    answers, refused = [], []
    for side in others:
        try:
            answers.append(_answer(side, first, options))
        except UsageError as error:
            refused.append(error)
    if not answers:
        raise refused[0]
    for one in refused:
        context.reporter.warn(f"left out: {one.message}")
    return answers


def _baseline(sides: Sequence[Side], options: CompareOptions) -> Side:
    """The one that was named, also without its version, else the first that was measured."""
    if not options.baseline:
        return next((side for side in sides if side.sound), sides[0])
    found = [side for side in sides if side.label == options.baseline]
    found = found or [one for one in sides if one.label.partition("@")[0] == options.baseline]
    if len(found) == 1:
        return found[0]
    what = "is never" if not found else f"is {len(found)} times"
    raise UsageError(
        f"{options.by} {what} '{options.baseline}'",
        hint=f"--baseline takes one of: {', '.join(side.label for side in found or sides)}",
    )


def _side(name: str, options: CompareOptions, context: Context) -> Side:
    """``experiment:X``, ``experiment:X#UID`` or ``experiment:X#CONDITION``."""
    cid, mark, which = name.partition("#")
    experiment = chosen(cid, options.condition, context)
    _check_metric(experiment, options.metric)
    if mark and which and _HEXADECIMAL.issuperset(which):
        return Side(label=name, points=[experiment.point(which)])
    return Side(label=name, points=points_of(experiment.filter(which) if which else experiment))


def _check_metric(experiment: Experiment, metric: str) -> None:
    experiment.check_metrics([metric])


def _labels(names: Sequence[str]) -> list[str]:
    """The names as they were typed, short of what both begin with."""
    if names[0] == names[1]:
        return ["A", "B"]
    starts = {name.partition("#")[0] for name in names}
    return [name.partition("#")[2] or name if len(starts) == 1 else name for name in names]
