"""What pictures and reports set beside each other, and what they do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from ck_core.analysis.point_comparison import compare_points
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point, RecordedComponent
from ck_core.errors import UsageError
from ck_core.publishing.charts.values import Axis
from ck_core.publishing.pareto_picture import pareto_picture
from ck_core.publishing.plots import KINDS, pictures_of_kind
from ck_core.publishing.rendering import as_html
from ck_core.publishing.report.noise import causes
from ck_core.publishing.report.parts import MOST_PARTS, parts_of
from ck_core.publishing.report.pictures import pictures_of
from ck_core.publishing.report.sections import replay_commands, summary
from experiments.recorded_kit import SESSION, measured, times
from publishing.picture_kit import material

SIGN, MINUS = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"


def on(point: Point, dataset: str, command: str = "default") -> Point:
    choices = {**point.choices, "dataset": dataset, "command": command}
    recorded = RecordedComponent(cid=f"dataset:{dataset}")
    return replace(point, dataset=recorded, command=command, choices=choices)


def variants_on(dataset: str, factor: float, first: int, command: str = "default") -> list[Point]:
    return [
        on(
            measured(first + n, times(factor * (1 + n / 5), n), SESSION, flags=f"-O{n}"),
            dataset,
            command,
        )
        for n in range(3)
    ]


def emulated(point: Point, by: str = "qemu@7.2") -> Point:
    return replace(point, emulated_by=by)


def drawn(kind: str, points: Sequence[Point], **given: Any) -> list[dict[str, Any]]:
    return pictures_of_kind(kind, material([*points], **{"baseline": "", **given}))


def labels(picture: dict[str, Any]) -> list[str]:
    return [str(row["label"]) for row in picture["data"]["values"]]


def subtitle(picture: dict[str, Any]) -> str:
    return " ".join(picture["title"]["subtitle"])


TWO = [*variants_on("small", 1.0, 10), *variants_on("large", 50.0, 20)]


def test_each_input_has_a_baseline_of_its_own() -> None:
    small, large = drawn("speedup", TWO)
    assert small["title"]["text"] == ["small: speed-up over -O0"]
    assert large["title"]["text"] == ["large: speed-up over -O0"]
    for picture in (small, large):
        assert labels(picture) == ["-O1", "-O2"]
        assert all(0.6 < row["value"] < 0.9 for row in picture["data"]["values"])
        assert "geometric mean of these 2 ratios" in subtitle(picture)


def test_commands_are_inputs_too() -> None:
    points = [*variants_on("a", 1.0, 10), *variants_on("a", 9.0, 20, command="all")]
    assert [one["title"]["text"][0].split(":")[0] for one in drawn("bars", points)] == [
        "default",
        "all",
    ]


def test_a_wished_baseline_has_its_like_on_other_inputs() -> None:
    found = drawn("speedup", TWO, baseline=TWO[1].uid)
    assert [one["title"]["text"][0] for one in found] == [
        "small: speed-up over -O1",
        "large: speed-up over -O1",
    ]
    alone = [*TWO[:3], TWO[3]]
    (only,) = drawn("speedup", alone, baseline=TWO[1].uid)
    assert "-O1" in only["title"]["text"][0]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "convergence"])
def test_every_kind_is_drawn_input_by_input(kind: str) -> None:
    found = drawn(kind, TWO)
    assert [one["title"]["text"][0].split(":")[0] for one in found] == ["small", "large"]


def test_a_report_has_the_best_of_each_input_and_no_best_of_all() -> None:
    given = material(TWO, baseline="")
    assert [one.name for one in summary(given)][:2] == ["best time, small", "best time, large"]
    assert [one.name for one in replay_commands(given)][1:3] == [
        "only the best point of small",
        "only the best point of large",
    ]
    titles = [one["title"]["text"][0] for one in pictures_of(given)]
    assert sum(title.startswith("small: ") for title in titles) == len(titles) / 2 == 4


def test_of_very_many_inputs_the_first_are_drawn_and_it_is_said() -> None:
    points = [one for n in range(9) for one in variants_on(f"d{n}", 1.0, 10 * n)]
    found = drawn("bars", points)
    assert len(found) == MOST_PARTS
    assert "6 of 9 inputs are drawn" in subtitle(found[0])
    assert len(parts_of(material(points))) == 9


def test_pictures_of_several_inputs_are_one_page_with_a_figure_each() -> None:
    pytest.importorskip("vl_convert", reason='needs the extra: pip install "ck-core[plots]"')
    pytest.importorskip("jinja2", reason='needs the extra: pip install "ck-core[plots]"')
    page = as_html(drawn("pareto", TWO)).decode("utf-8")
    assert page.count("<figure>") == 2


def test_times_under_an_emulator_stand_beside_no_native_ones() -> None:
    points = [*TWO[:3], emulated(on(measured(40, times(9, 3), flags="-O3"), "small"))]
    for kind in ("bars", "speedup", "distribution", "order"):
        (picture,) = drawn(kind, points)
        said = "Left out: 1 point that ran under qemu@7.2; the baseline ran natively."
        assert said in subtitle(picture)
        assert "-O3" not in str(picture)
    (sizes,) = drawn("bars", points, metric="size_bytes")
    assert "-O3" in labels(sizes)
    assert "Left out" not in subtitle(sizes)


def test_the_frontier_is_that_of_points_that_can_be_compared() -> None:
    """The emulated one is the fastest and the smallest; it makes nothing dominated."""
    fast = on(measured(40, times(0.01, 3), flags="-O3"), "small")
    fast = replace(
        fast, metrics={**fast.metrics, "size_bytes": Metric(name="size_bytes", value=1.0)}
    )
    (picture,) = drawn("pareto", [*TWO[:3], emulated(fast)])
    names = {row["variant"] for row in picture["datasets"]["frontier"]}
    assert "-O0" in names
    assert "-O3" not in names
    assert "ran under qemu@7.2" in subtitle(picture)


def test_what_ran_under_the_same_emulator_is_compared() -> None:
    (picture,) = drawn("speedup", [emulated(one) for one in TWO[:3]])
    assert labels(picture) == ["-O1", "-O2"]
    assert "under qemu@7.2" in subtitle(picture)


def test_a_found_frontier_leaves_out_other_emulation_and_tells_of_several_inputs() -> None:
    points = [*TWO, emulated(on(measured(40, times(9, 3), flags="-O3"), "small"))]
    axes = Axis(metric="wall_s"), Axis(metric="size_bytes")
    picture = pareto_picture(points, axes, kept=[TWO[0].uid], excluded=[], total=7)
    assert picture["title"]["text"] == ["1 of 6 points on the Pareto frontier"]
    said = subtitle(picture)
    assert "Left out: 1 point that ran under qemu@7.2." in said
    assert "of 2 programs, commands or datasets" in said


def test_bars_and_speed_ups_say_the_same_change() -> None:
    """Pairs of one block drift together, so that the ratio of the medians is another one."""
    drift = [1.0, 1.0, 1.0, 3.0, 3.0, 3.1, 3.2]
    slow = measured(50, [0.1 * one for one in drift], SESSION, flags="-O0")
    fast = measured(
        51, [0.075 * one for one in [*drift[:3], 0.5, *drift[4:]]], SESSION, flags="-O1"
    )
    fast = replace(fast, metrics={**fast.metrics, "wall_s": Metric(name="wall_s", value=0.25)})
    found = compare_points(fast, slow, "wall_s")
    assert found.paired
    ratio = found.comparison.effect.estimate if found.comparison.effect else 0.0
    (bars,), (ups,) = drawn("bars", [slow, fast]), drawn("speedup", [slow, fast])
    (up,) = ups["data"]["values"]
    text = next(row["text"] for row in bars["data"]["values"] if row["label"] == "-O1")
    assert up["value"] == ratio
    assert f"({MINUS}{(1 - 1 / ratio) * 100:.1f} %)" in text
    assert f"{(1 - 0.25 / 0.3) * 100:.1f}" not in text


def test_more_is_better_changes_the_sides_not_the_share() -> None:
    slow, fast = (
        measured(50, [1.0] * 8, SESSION, flags="a"),
        measured(51, [2.0] * 8, SESSION, flags="b"),
    )
    (bars,) = drawn("bars", [slow, fast], maximize=frozenset({"wall_s"}))
    assert any("(+100.0 %)" in row["text"] for row in bars["data"]["values"])


@pytest.mark.parametrize(("count", "said"), [(5, "too few values"), (6, "")])
def test_below_six_pairs_nothing_is_decided(count: int, said: str) -> None:
    slow, fast = (
        measured(50 + n, [factor * (1 + at / 1000) for at in range(count)], SESSION, flags=f"-O{n}")
        for n, factor in enumerate((1.0, 0.5))
    )
    (picture,) = drawn("speedup", [slow, fast])
    (row,) = picture["data"]["values"]
    assert row["low"] > 1
    assert row["verdict"] == ("undecided" if said else "faster")
    assert row["text"].endswith(said)


def test_a_picture_alone_says_what_was_run() -> None:
    (picture,) = drawn("bars", TWO[:3])
    first = picture["title"]["subtitle"][0]
    for part in ("program sample", "dataset small", "gcc@12.2.0", "CPU Imaginary Processor 9000"):
        assert part in first
    assert "-O1" not in first
    assert picture["description"].startswith("program sample")
    (mixed,) = drawn("bars", [replace(TWO[0], features={"cpu": "Another"}), *TWO[1:3]])
    assert "2 CPUs" in subtitle(mixed)


@pytest.mark.parametrize("metric", ["wall_s", "size_bytes"])
def test_a_pareto_picture_needs_two_objectives_that_differ(metric: str) -> None:
    same = Metric(name=metric, value=5.0)
    points = [replace(one, metrics={**one.metrics, metric: same}) for one in TWO[:3]]
    with pytest.raises(UsageError, match="different numbers for both wall_s and size_bytes"):
        drawn("pareto", points)


def test_the_clock_is_a_cause_that_the_report_knows() -> None:
    """Notes of the point have it from the same numbers."""
    point = measured(1, [0.1] * 5 + [0.2] + [0.1] * 6)
    clocks = tuple(1e9 if at == 5 else 3e9 for at in range(12))
    slow = {**point.characteristics, "frequency_hz": clocks}
    (cause,) = causes(replace(point, characteristics=slow), "wall_s").values()
    assert "the core ran at 1.00 GHz (median 3.00 GHz)" in cause
    (without,) = causes(point, "wall_s").values()
    assert not re.search("GHz", without)
