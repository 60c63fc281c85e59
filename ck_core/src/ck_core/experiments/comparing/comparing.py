"""Two sides of recorded points beside each other: which is faster, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ck_core.analysis.comparison import Verdict
from ck_core.analysis.emulation_rule import are_comparable
from ck_core.analysis.filters import value_of
from ck_core.analysis.more_repetitions import repetitions_to_decide
from ck_core.analysis.point_comparison import Compared, compare_points
from ck_core.analysis.speedup import GeometricMean, geometric_mean
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point, Scalar
from ck_core.domain.point_names import is_own_choice, short_name
from ck_core.errors import UsageError
from ck_core.experiments.replay.circumstances import is_same_machine

WALL = "wall_s"
_ON_CORE = ("cpu_s", "user_s")
"""What a program took of its core; points of before cpu_s was recorded have the second."""
_HEAD = ("program", "command", "dataset")


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two; ``label`` names it in answers."""

    label: str
    points: Sequence[Point]

    @property
    def sound(self) -> list[Point]:
        """Those that did not fail."""
        return [point for point in self.points if not point.failed]


@dataclass(frozen=True, kw_only=True)
class ComparedPair:
    """A point of A beside one of B with the same choices, but for those that make the sides.

    Attributes:
        same: the choices that both have and other pairs have otherwise.
        compared: None where one of them has no repetitions of the metric.
        metrics: of A and of B, as they were recorded.
        more: repetitions of each that would decide, as far as can be told.
        warnings: sentences about what the answer is worth.
    """

    a: Point
    b: Point
    same: Mapping[str, Scalar]
    compared: Compared | None
    metrics: tuple[Metric | None, Metric | None]
    more: int | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """All pairs of A and B, and what they have in common.

    Attributes:
        by: names of the choices that differ between the sides.
        mean: of the pairs' ratios, where there are several.
        alone: points that no point of the other side fits.
        emulated: pairs that are left out, since only one of the two ran under its emulator.
    """

    a: str
    b: str
    metric: str
    maximize: bool
    by: tuple[str, ...]
    pairs: tuple[ComparedPair, ...]
    mean: GeometricMean | None
    alone: int
    emulated: int = 0


def compare_sides(a: Side, b: Side, metric: str, *, maximize: bool = False) -> Answer:
    """A beside B, point by point.

    Of several points with the same choices the newest counts, and before it the newest that was
    measured together with its partner.

    Raises:
        UsageError: there is nothing to compare, or in each pair only one was emulated.
    """
    good = [side.sound for side in (a, b)]
    by = _differing(*good)
    groups = [_by_key(points, by) for points in good]
    matched = list(_matched(*groups))
    alike = {
        tuple(sorted({*one, *other})): _partners(groups[0][one], groups[1][other])
        for one, other in matched
    }
    if not alike:
        raise _nothing_alike(a, b)
    chosen = {key: two for key, two in alike.items() if are_comparable(*two, metric)}
    if not chosen:
        raise _emulated_alone(a, b, *next(iter(alike.values())))
    varied = _varied([dict(key) for key in chosen])
    pairs = tuple(
        _compared(one, other, metric, {n: v for n, v in key if n in varied}, maximize=maximize)
        for key, (one, other) in chosen.items()
    )
    used = [{pair[side] for pair in matched} for side in (0, 1)]
    alone = sum(
        len(found)
        for group, keys in zip(groups, used, strict=True)
        for key, found in group.items()
        if key not in keys
    )
    return Answer(
        a=a.label,
        b=b.label,
        metric=metric,
        maximize=maximize,
        by=by,
        pairs=pairs,
        mean=_mean(pairs, a.label),
        alone=alone,
        emulated=len(alike) - len(chosen),
    )


def exact_verdict(pair: ComparedPair) -> str:
    a, b = (one.value if one else None for one in pair.metrics)
    if a is None or b is None:
        return "undecided"
    return "equal" if a == b else "less" if a < b else "more"


def sides_by(name: str, points: Sequence[Point]) -> list[Side]:
    """One side for each value under a name, in the order they were met."""
    groups: dict[str, list[Point]] = {}
    for point in points:
        value = value_of(point.scalars, name)
        if value is not None:
            groups.setdefault(str(value), []).append(point)
    return [Side(label=label or f"no {name}", points=found) for label, found in groups.items()]


def choices_of(point: Point) -> dict[str, Scalar]:
    """What was run counts as chosen."""
    scalars = point.scalars
    head = {name: scalars[name] for name in _HEAD if name in scalars}
    own = {short_name(n): v for n, v in scalars.items() if n.startswith("choices.")}
    return {**head, **own}


def _differing(a: Sequence[Point], b: Sequence[Point]) -> tuple[str, ...]:
    """Choices that are one value in all of A, and another in all of B."""
    first, second = _constants(a), _constants(b)
    names = dict.fromkeys([*first, *second])
    return tuple(
        name
        for name in names
        if first.get(name, _MIXED) != second.get(name, _MIXED)
        and _MIXED not in (first.get(name), second.get(name))
    )


_MIXED = object()


def _constants(points: Sequence[Point]) -> dict[str, object]:
    """Each choice with its one value, or the mark of several; what is missing is None."""
    every = [choices_of(point) for point in points]
    found: dict[str, object] = {}
    for name in dict.fromkeys(name for given in every for name in given):
        values = {given.get(name) for given in every}
        found[name] = values.pop() if len(values) == 1 else _MIXED
    return found


Key = tuple[tuple[str, Scalar], ...]


def _by_key(points: Sequence[Point], without: Sequence[str]) -> dict[Key, list[Point]]:
    groups: dict[Key, list[Point]] = {}
    for point in points:
        kept = {name: one for name, one in choices_of(point).items() if name not in without}
        groups.setdefault(tuple(sorted(kept.items())), []).append(point)
    return groups


def _matched(
    a: Mapping[Key, Sequence[Point]], b: Mapping[Key, Sequence[Point]]
) -> Iterator[tuple[Key, Key]]:
    """Keys that agree. A program's option that no point of a side has is of no use there.

    So is ``batch`` to all of ``method=loop``: each ``batch`` of the other side has it for partner.
    """
    names = [{name for key in group for name, _ in key} for group in (a, b)]
    lacking = {one for one in names[0] ^ names[1] if is_own_choice(one)}
    others: dict[Key, list[Key]] = {}
    for key in b:
        others.setdefault(_without(lacking, key), []).append(key)
    for key in a:
        yield from ((key, other) for other in others.get(_without(lacking, key), ()))


def _without(names: set[str], key: Key) -> Key:
    return tuple((name, value) for name, value in key if name not in names)


def _varied(keys: Sequence[dict[str, Scalar]]) -> set[str]:
    names = {name for key in keys for name in key}
    return {name for name in names if len({key.get(name) for key in keys}) > 1}


def _partners(a: Sequence[Point], b: Sequence[Point]) -> tuple[Point, Point]:
    """Measured together where there are such, and not a point beside itself."""
    of_session: dict[str, list[Point]] = {}
    for other in reversed(b):
        of_session.setdefault(other.session, []).append(other)
    for one in reversed(a):
        for other in of_session.get(one.session, ()) if one.session else ():
            if one.uid != other.uid:
                return one, other
    return a[-1], b[-1]


def _compared(
    a: Point, b: Point, metric: str, same: Mapping[str, Scalar], *, maximize: bool
) -> ComparedPair:
    has_values = all(point.characteristics.get(metric) for point in (a, b))
    found = compare_points(a, b, metric, maximize=maximize) if has_values else None
    return ComparedPair(
        a=a,
        b=b,
        same=same,
        compared=found,
        metrics=(a.metrics.get(metric), b.metrics.get(metric)),
        more=repetitions_to_decide(found.comparison, len(found.a)) if found else None,
        warnings=tuple(_warnings(a, b, metric, found)),
    )


def _emulated_alone(a: Side, b: Side, one: Point, other: Point) -> UsageError:
    ran = [f"ran under {p.emulated_by}" if p.emulated_by else "ran natively" for p in (one, other)]
    return UsageError(
        f"{a.label} cannot be compared with {b.label}: {one.uid[:8]} {ran[0]} and "
        f"{other.uid[:8]} {ran[1]}, and what an emulator takes is not what the machine takes",
        hint="--metric size_bytes can be compared; --filter 'emulated_by=qemu' chooses alike ones",
    )


def _warnings(a: Point, b: Point, metric: str, found: Compared | None) -> Iterator[str]:
    if a.uid == b.uid:
        yield "A and B are the same point"
    if a.emulated_by and a.emulated_by == b.emulated_by:
        yield f"both ran under {a.emulated_by}: not the times of the machine it stands for"
    if is_same_machine(a, b) is False:
        yield "they were measured on different machines"
    if found is None:
        return
    if not found.paired:
        yield (
            "not measured in turn: what changed between the two is part of the difference "
            "(ckp benchmark with both variants in one call)"
        )
    if found.incomplete:
        yield f"{found.incomplete} blocks lack one of the two and are left out"
    if metric == WALL:
        yield from _on_core(a, b, found)


def _on_core(a: Point, b: Point, wall: Compared) -> Iterator[str]:
    """On a busy machine the wall time tells of the others; the time on a core less so."""
    known = [one for one in _ON_CORE if all(one in point.characteristics for point in (a, b))]
    if not known:
        return
    on_core = known[0]
    core = compare_points(a, b, on_core).comparison
    if core.verdict in {Verdict.UNDECIDED, wall.comparison.verdict}:
        return
    says = f"A is {core.verdict.value}"
    told = wall.comparison.verdict.value
    yield (
        f"the time on a core ({on_core}) says: {says}; the wall time: {told}. A machine that "
        f"others use shows in the wall time first (--metric {on_core})"
    )


def _mean(pairs: Sequence[ComparedPair], label: str) -> GeometricMean | None:
    effects = [
        one.compared.comparison.effect
        for one in pairs
        if one.compared and one.compared.comparison.effect
    ]
    ratios = [effect for effect in effects if effect.scale.value == "ratio"]
    return geometric_mean(label, ratios) if len(ratios) > 1 else None


def _nothing_alike(a: Side, b: Side) -> UsageError:
    for side in (b, a):  # B may be the baseline of many
        if not side.sound:
            count = len(side.points)
            why = f"all {count} of its points failed" if count else "it has no points"
            return UsageError(
                f"{side.label} cannot be compared: {why}",
                hint="ckp show experiment:NAME says why points failed",
            )
    return UsageError(
        f"no point of {a.label} has the choices of one of {b.label}",
        hint="name single points: experiment:NAME#UID, or --by and --filter what they share; "
        "ckp show experiment:NAME lists them",
    )
