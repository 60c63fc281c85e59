"""An experiment in parts that may be compared within: one program, command and dataset each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ck_core.analysis.emulation_rule import are_comparable
from ck_core.domain.point import Point, Scalar
from ck_core.domain.point_names import work_of
from ck_core.publishing.charts.layout import plural
from ck_core.publishing.report.material import Material
from ck_core.publishing.texts import plain, shorten

MOST_PARTS = 6
_WHAT = ("program", "command", "dataset")
_LONGEST_NAME = 40
Work = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Part:
    """Points of the same work; ``heading`` says what other parts have otherwise, if any."""

    heading: str
    material: Material


def parts_of(material: Material) -> list[Part]:
    """In the order they were recorded; times of different inputs say nothing of each other.

    Each has a baseline of its own: the one that was wished for, or the point with its choices,
    or, where none was wished for, the first that did not fail.
    """
    groups: dict[Work, list[Point]] = {}
    for point in material.points:
        groups.setdefault(work_of(point), []).append(point)
    varied = [len({work[at] for work in groups}) > 1 for at in range(len(_WHAT))]
    return [
        Part(
            heading=_heading(work, varied),
            material=replace(material, points=found, baseline=_baseline(found, material)),
        )
        for work, found in groups.items()
    ]


def drawn_parts(material: Material) -> list[Part]:
    """The first few of very many, which then say so."""
    parts = parts_of(material)
    if len(parts) <= MOST_PARTS:
        return parts
    said = f"{MOST_PARTS} of {len(parts):,} inputs are drawn; --filter chooses others."
    return [
        replace(part, material=replace(part.material, remarks=(*part.material.remarks, said)))
        for part in parts[:MOST_PARTS]
    ]


def comparable(material: Material, metrics: Sequence[str]) -> Material:
    """Without points whose metrics an emulator made; the baseline, else the first, says which."""
    first = next((one for one in material.good if one.uid == material.baseline), None)
    first = first or next(iter(material.good), None)
    if first is None:
        return material
    others = [
        one
        for one in material.good
        if not all(are_comparable(one, first, name) for name in metrics)
    ]
    if not others:
        return material
    said = (
        f"Left out: {plural(len(others), 'point')} that ran {emulation(others)}; the baseline "
        f"ran {emulation([first])}."
    )
    left_out = {one.uid for one in others}
    kept = [one for one in material.points if one.uid not in left_out]
    return replace(material, points=kept, remarks=(*material.remarks, said))


def emulation(points: Sequence[Point]) -> str:
    """``natively``, ``under qemu@7.2``"""
    found = dict.fromkeys(point.emulated_by for point in points)
    return " or ".join(f"under {plain(one)}" if one else "natively" for one in found)


def _heading(work: Work, varied: Sequence[bool]) -> str:
    names = [
        shorten(plain(one.rpartition(":")[2]), _LONGEST_NAME) if one else f"no {what}"
        for what, one, differs in zip(_WHAT, work, varied, strict=True)
        if differs
    ]
    return ", ".join(names)


def _baseline(points: Sequence[Point], material: Material) -> str:
    """Its UID; empty where there is none."""
    good = [point for point in points if not point.failed]
    if not material.baseline:
        return good[0].uid if good and len(points) > 1 else ""
    wished = next((one for one in material.points if one.uid == material.baseline), None)
    if wished is None or any(point.uid == wished.uid for point in points):
        return material.baseline
    alike = [point.uid for point in good if _own_choices(point) == _own_choices(wished)]
    return alike[-1] if alike else ""


def _own_choices(point: Point) -> dict[str, Scalar]:
    return {name: value for name, value in point.choices.items() if name not in _WHAT}
