"""Two recorded points beside each other: their raw values, in pairs where blocks pair them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from ck_core.analysis.comparison import Comparison, compare
from ck_core.analysis.interleaving import Measured, Slot, pairs
from ck_core.analysis.intervals import CONFIDENCE
from ck_core.domain.point import Point


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A comparison of two points, and what it was made from.

    Attributes:
        paired: whether the values are of the same random blocks.
        a, b: the values, as they were compared.
        incomplete: blocks that lack one of the two and were left out.
    """

    comparison: Comparison
    paired: bool
    a: tuple[float, ...]
    b: tuple[float, ...]
    incomplete: int = 0


def compare_points(
    a: Point, b: Point, metric: str, *, maximize: bool = False, confidence: float = CONFIDENCE
) -> Compared:
    """One metric of A beside B; paired where they were measured together, block by block.

    Args:
        maximize: more is better: then *faster* in the verdict means "has more", and the effect
            is A's values over B's.
    """
    found = _in_blocks(a, b, metric)
    if found is None:
        values, incomplete = (_finite(a, metric), _finite(b, metric)), 0
    else:
        values, incomplete = found[:2], found[2]
    first, second = reversed(values) if maximize else values
    return Compared(
        comparison=compare(first, second, paired=found is not None, confidence=confidence),
        paired=found is not None,
        a=values[0],
        b=values[1],
        incomplete=incomplete,
    )


def _finite(point: Point, metric: str) -> tuple[float, ...]:
    """What is no number was no measurement."""
    return tuple(filter(isfinite, point.characteristics.get(metric, ())))


def _in_blocks(
    a: Point, b: Point, metric: str
) -> tuple[tuple[float, ...], tuple[float, ...], int] | None:
    """Pairs of one session; None where there are none."""
    if a.uid == b.uid or not a.session or a.session != b.session:
        return None
    measured = [*_slots(a, metric, 0), *_slots(b, metric, 1)]
    found = pairs(measured, 0, 1)
    return (found.a, found.b, found.incomplete) if found.a else None


def _slots(point: Point, metric: str, variant: int) -> Sequence[Measured]:
    """Empty where values and blocks do not belong together."""
    values = point.characteristics.get(metric, ())
    blocks = point.characteristics.get("block", ())
    if len(values) != len(blocks) or not all(map(isfinite, blocks)):
        return ()
    return [
        Measured(slot=Slot(block=int(block), variant=variant), value=value)
        for value, block in zip(values, blocks, strict=True)
        if isfinite(value)
    ]
