"""Points on more and more workers: what they are compared with, and how they are drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.scaling import Range, Scaling
from ck_core.analysis.scaling_table import ScalingRow, ScalingTable, scaling_table
from ck_core.domain.point import Point
from ck_core.publishing.charts.scaling import ScalingPoint, scaling
from ck_core.publishing.drawing import as_svg
from ck_core.publishing.report.material import Material
from ck_core.publishing.report.scalings import picture_of, scalings
from experiments.recorded_kit import SESSION, measured
from publishing.picture_kit import HOSTILE, texts

COUNT = 8
STRONG, WEAK = Scaling.STRONG, Scaling.WEAK


def on(number: int, seconds: float, tasks: int, threads: int = 0, **choices: Any) -> Point:
    given = {"launcher__tasks": str(tasks)}
    given |= {"launcher__threads": str(threads)} if threads else {}
    return measured(number, [seconds] * COUNT, SESSION, **given, **choices)


def rows(points: list[Point], kind: Scaling = STRONG, **more: str) -> tuple[ScalingRow, ...]:
    return scaling_table(points, "wall_s", kind, **more).rows


def told(row: ScalingRow) -> tuple[float, float]:
    assert row.scaled
    return round(row.scaled.speedup.value, 6), round(row.scaled.efficiency.value, 6)


def test_all_are_beside_the_fewest_workers_in_whatever_order_they_come() -> None:
    found = rows([on(1, 0.5, 4), on(2, 2.0, 1), on(3, 1.25, 2)])
    assert [(one.tasks, told(one)) for one in found] == [
        (1, (1.0, 1.0)),
        (2, (1.6, 0.8)),
        (4, (4.0, 1.0)),
    ]
    assert [one.is_base for one in found] == [True, False, False]


@pytest.mark.parametrize("text", ["²", "0", "9" * 400, "-1", "", "many", "2,2", "1e9"])
def test_a_number_of_workers_that_is_none_is_one(text: str) -> None:
    """Points may be a stranger's."""
    (row,) = rows([replace(on(1, 1.0, 1), choices={"launcher.tasks": text})])
    assert row.workers == 1
    assert told(row) == (1.0, 1.0)


def test_where_the_fewest_are_four_they_are_one() -> None:
    (_, more) = rows([on(1, 1.0, 4), on(2, 0.8, 8)])
    assert told(more) == (1.25, 0.625)


def test_threads_are_workers_of_the_same_work() -> None:
    points = [on(1, 8.0, 1, 1), on(2, 4.0, 1, 2), on(3, 5.0, 2, 1), on(4, 2.0, 2, 2)]
    found = {(one.tasks, one.threads): told(one) for one in rows(points)}
    assert found == {(1, 1): (1, 1), (1, 2): (2, 1), (2, 1): (1.6, 0.8), (2, 2): (4, 1)}


def test_in_weak_scaling_threads_bring_no_work() -> None:
    points = [on(1, 1.0, 1, 1), on(2, 0.6, 1, 2), on(3, 1.25, 2, 1), on(4, 0.8, 2, 2)]
    found = {(one.tasks, one.threads): told(one) for one in rows(points, WEAK)}
    assert found == {(1, 1): (1, 1), (1, 2): (1, 1), (2, 1): (1.6, 0.8), (2, 2): (1.5, 0.75)}


def test_what_differs_otherwise_is_not_compared() -> None:
    points = [on(at, 1.0 + at, 1 + at % 2, flags=f"-O{at // 2}") for at in range(4)]
    found = rows(points)
    assert [one.series for one in found] == [0, 0, 1, 1]
    assert [one.is_base for one in found] == [True, False, True, False]


@pytest.mark.parametrize("name", ["env.OMP_NUM_THREADS", "threads"])
def test_threads_may_be_told_by_a_variable_or_an_option(name: str) -> None:
    key = name.replace(".", "__")
    points = [measured(at, [1.0 / at] * COUNT, SESSION, **{key: str(at)}) for at in (1, 2)]
    points = [replace(one, choices={**one.choices, "flags": ""}) for one in points]
    base, more = rows(points, threads_choice=name)
    assert (more.tasks, more.threads, more.series) == (1, 2, base.series)
    assert told(more) == (2, 1)


def test_a_failed_one_is_compared_with_nothing_and_is_no_base() -> None:
    failed = replace(on(1, 1.0, 1), status="failed", stage="run")
    found = rows([failed, on(2, 1.0, 2), on(3, 0.5, 4)])
    assert [one.scaled is None for one in found] == [True, False, False]
    assert told(found[2]) == (2, 1)


def test_where_all_failed_nothing_is_compared() -> None:
    failed = [replace(on(at, 1.0, at), status="failed", stage="run") for at in (1, 2)]
    assert [(one.scaled, one.base) for one in rows(failed)] == [(None, ""), (None, "")]


def test_few_repetitions_are_not_sure() -> None:
    points = [
        measured(at, [1.0, 1.1, 0.9], SESSION, launcher__tasks=str(at), flags="") for at in (1, 2)
    ]
    assert [one.sure for one in rows(points)] == [True, False]


def drawn(points: list[Point], kind: Scaling = STRONG) -> dict[str, Any]:
    table: ScalingTable = scaling_table(points, "wall_s", kind)
    return picture_of(table)


def values(picture: dict[str, Any], panel: int, layer: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = picture["hconcat"][panel]["layer"][layer]["data"]["values"]
    return found


def test_the_picture_has_the_ideal_and_what_was_measured() -> None:
    picture = drawn([on(1, 1.0, 1), on(2, 0.625, 2), on(3, 0.5, 4)])
    assert (
        " ".join(picture["title"]["text"])
        == "Strong scaling: 2\N{MULTIPLICATION SIGN} on 4 tasks, efficiency 50%"
    )
    assert [(one["workers"], one["speedup"]) for one in values(picture, 0, 0)] == [
        (1, 1.0),
        (2, 2.0),
        (4, 4.0),
    ]
    assert [round(one["speedup"], 6) for one in values(picture, 0, 3)] == [1, 1.6, 2]
    assert [round(one["efficiency"], 6) for one in values(picture, 1, 3)] == [1, 0.8, 0.5]


def test_weak_scaling_is_drawn_over_tasks() -> None:
    picture = drawn([on(at, 1.0, at, 2) for at in (1, 2)], WEAK)
    assert (
        " ".join(picture["title"]["text"])
        == "Weak scaling: 2\N{MULTIPLICATION SIGN} on 2 tasks, efficiency 100%"
    )


@given(st.lists(st.tuples(texts, st.floats(1e-3, 1e3)), min_size=1, max_size=6))
def test_any_names_and_numbers_can_be_drawn(found: list[tuple[str, float]]) -> None:
    points = [
        ScalingPoint(
            line=name,
            workers=at + 1,
            growth=at + 1.0,
            speedup=Range(value=value, low=value / 2, high=value * 2),
            efficiency=Range(value=value, low=value / 2, high=value * 2),
        )
        for name, value in found
        for at in range(2)
    ]
    json.dumps(scaling(points, STRONG, "task"), allow_nan=False)


def test_hostile_names_make_a_picture() -> None:
    pytest.importorskip("vl_convert", reason='needs the extra: pip install "ck-core[plots]"')
    one = Range(value=1.0, low=0.9, high=1.1)
    points = [
        ScalingPoint(line=name, workers=n, growth=n, speedup=one, efficiency=one)
        for name in HOSTILE
        for n in (1, 2)
    ]
    assert b"<script" not in as_svg(scaling(points, STRONG, "task"))


def reported(points: list[Point]) -> list[str]:
    material = Material(experiment="e", title="t", points=points, made_at="", ckp="")
    return [" ".join(one["title"]["text"]).split(":")[0] for one in scalings(material)]


def test_a_report_shows_strong_and_weak_scaling_apart() -> None:
    strong = [on(at, 1.0, at, scaling="strong") for at in (1, 2)]
    weak = [on(2 + at, 1.0, at, scaling="weak") for at in (1, 2)]
    assert reported([*strong, *weak]) == ["Strong scaling", "Weak scaling"]
    assert reported(strong) == ["Strong scaling"]


def test_a_report_of_something_else_has_no_scaling() -> None:
    assert reported([on(at, 1.0, 2, flags=f"-O{at}") for at in range(4)]) == []
    many = [on(at, 1.0, 1 + at % 2, flags=f"-O{at // 2}") for at in range(14)]
    assert reported(many) == []
    assert reported(many[:12]) == ["Strong scaling"]
