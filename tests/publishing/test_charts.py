"""What the specifications of pictures hold."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.comparison import Verdict
from ck_core.publishing.charts.comparison import comparison
from ck_core.publishing.charts.convergence import convergence
from ck_core.publishing.charts.distribution import distribution, in_run_order
from ck_core.publishing.charts.layout import padded
from ck_core.publishing.charts.pareto import pareto
from ck_core.publishing.charts.pareto_key import Mark, Span, numerals
from ck_core.publishing.charts.speedup import speedup
from ck_core.publishing.charts.theme import DARK, LIGHT, config
from ck_core.publishing.charts.thinning import MOST_DOTS, thin
from ck_core.publishing.charts.values import (
    Axis,
    Candidate,
    Estimate,
    Ratio,
    ReferenceLine,
    Sample,
    Trial,
)
from publishing.picture_kit import HOSTILE, estimates, every_picture, numbers, texts, variants

_TEXT_PLACES = {"values", "datasets", "domain", "text", "subtitle", "description"}


def subtitle(picture: dict[str, Any]) -> str:
    return " ".join(picture["title"]["subtitle"])


def tables(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "values" and isinstance(value, list):
                yield from (row for row in value if isinstance(row, dict))
            else:
                yield from tables(value)
    elif isinstance(node, list):
        for one in node:
            yield from tables(one)


def code_texts(node: Any) -> Iterator[str]:
    """All texts outside of data, titles and domains: what Vega takes for names and expressions."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for one in node:
            yield from code_texts(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            if key not in _TEXT_PLACES or (isinstance(value, dict) and key == "text"):
                yield from code_texts(value)


@pytest.mark.parametrize("count", [1, 3, 12, 40])
def test_hostile_names_are_never_code(count: int) -> None:
    """The code of a picture is the same, whatever the names are."""
    kind = [list(every_picture(variants(count, hostile=hostile))) for hostile in (False, True)]
    for harmless, hostile in zip(*kind, strict=True):
        assert set(code_texts(hostile)) == set(code_texts(harmless))


@given(st.lists(st.tuples(texts, numbers), min_size=1, max_size=12))
def test_any_names_and_numbers_are_json(rows: list[tuple[str, float]]) -> None:
    samples = [Sample(name=name, values=(value, value * 2)) for name, value in rows]
    for picture in every_picture(samples * 6):
        json.dumps(picture, allow_nan=False).encode("ascii")


def test_labels_of_rows_are_those_of_the_axis() -> None:
    picture = comparison(estimates(variants(40, hostile=True)), "wall_s")
    domain = picture["encoding"]["y"]["scale"]["domain"]
    assert len(set(domain)) == 40
    assert [row["label"] for row in picture["data"]["values"]] == domain
    assert max(map(len, domain)) <= 36


def test_bars_begin_at_zero_and_show_the_change() -> None:
    found = [
        Estimate(name="a", value=0.010, low=0.009, high=0.011),
        Estimate(name="b", value=0.008, low=0.0079, high=0.0082),
    ]
    picture = comparison(found, "wall_s", baseline="a")
    assert picture["encoding"]["x"]["scale"]["domain"][0] == 0
    assert [row["text"] for row in picture["data"]["values"]] == [
        "10.00 ms",
        "8.000 ms (\N{MINUS SIGN}20.0 %)",
    ]
    assert "the best is b with 8.000 ms" in picture["description"].replace("The best", "the best")


def test_no_axis_goes_below_zero_without_need() -> None:
    assert padded([0.01, 10.0])[0] == 0
    assert padded([-1.0, 1.0])[0] < -1
    low, high = padded([5.0])
    assert low < 5 < high


def test_a_logarithmic_axis_needs_positive_values() -> None:
    zero = comparison([Estimate(name="a", value=0.0)], "wall_s", logarithmic=True)
    assert zero["encoding"]["x"]["scale"].get("type") is None
    one = comparison([Estimate(name="a", value=1.0)], "wall_s", logarithmic=True)
    assert one["encoding"]["x"]["scale"]["type"] == "log"
    assert all(layer["mark"]["type"] != "bar" for layer in one["layer"])


def test_outliers_carry_their_cause_and_values_that_are_no_numbers_are_counted() -> None:
    sample = Sample(name="a", values=(1.0, 1.1, nan, 9.0, inf), outliers={3: "<b>interrupted</b>"})
    picture = distribution([sample], "wall_s")
    apart = [row for row in tables(picture) if row.get("cause") == "<b>interrupted</b>"]
    assert [row.get("value") for row in apart] == [9.0, "9.000 s"]
    assert "2 values that are no numbers are left out" in subtitle(picture)


def test_run_order_shows_deviations_in_the_order_of_runs() -> None:
    picture = distribution(
        [
            Sample(name="a", values=(1.0, 1.0, 1.1), order=(0.0, 2.0, 4.0)),
            Sample(name="b", values=(5.0, 5.0, 5.5), order=(1.0, 3.0, 5.0)),
        ],
        "wall_s",
    )
    dots = {row["place"]: round(row["deviation"], 6) for row in tables(picture) if "place" in row}
    assert dots == {1: 0, 3: 0, 5: 10, 2: 0, 4: 0, 6: 10}


def test_very_many_repetitions_are_thinned_openly_and_outliers_stay() -> None:
    values = tuple(1 + at % 7 / 100 for at in range(MOST_DOTS * 4))
    picture = distribution(
        [Sample(name="a", values=values, outliers=dict.fromkeys(range(100, 130), "x"))], "wall_s"
    )
    assert f"{MOST_DOTS:,} of {len(values):,} repetitions are drawn" in subtitle(picture)
    assert sum("jitter" in row and row["cause"] == "x" for row in tables(picture)) == 30


@given(st.integers(0, 400), st.integers(1, 100), st.sets(st.integers(0, 399), max_size=50))
def test_thinning_keeps_order_and_what_is_to_be_kept(count: int, most: int, keep: set[int]) -> None:
    items = range(count)
    kept = thin(items, lambda one: one in keep, most)
    assert kept == sorted(set(kept))
    assert {one for one in items if one in keep} <= set(kept)
    assert len(kept) <= max(most, len(keep))
    assert len(kept) >= min(most, count)


def frontier_line(x: Axis, y: Axis, places: list[tuple[float, float]]) -> tuple[Any, Any]:
    candidates = [
        Candidate(
            x=Estimate(name=f"{place}", value=place[0]),
            y=Estimate(name=f"{place}", value=place[1]),
            kept=True,
        )
        for place in places
    ]
    layers = pareto(candidates, x, y)["vconcat"][0]["layer"]
    line = next(one for one in layers if one["mark"]["type"] == "line")
    return (
        [(row["across"], row["up"]) for row in line["data"]["values"]],
        line["mark"]["interpolate"],
    )


def test_the_line_goes_through_the_best_values_of_the_frontier() -> None:
    """(2, 9) is on it only because of intervals: (1, 5) is better in both."""
    less, more = Axis(metric="loss"), Axis(metric="gain", maximize=True)
    places = [(3.0, 2.0), (1.0, 5.0), (2.0, 9.0)]
    assert frontier_line(less, less, places) == ([(1, 5), (3, 2)], "step-after")
    assert frontier_line(less, more, places) == ([(1, 5), (2, 9)], "step-after")
    assert frontier_line(more, less, places) == ([(3, 2)], "step-before")


def test_what_only_its_interval_keeps_is_marked() -> None:
    """It is on the frontier, and the line through the best values does not touch it."""
    axes = Axis(metric="loss"), Axis(metric="size_bytes")
    places = [(1.0, 5.0), (2.0, 9.0), (3.0, 2.0)]
    candidates = [
        Candidate(x=Estimate(name=f"{x}", value=x), y=Estimate(name=f"{x}", value=y), kept=True)
        for x, y in places
    ]
    picture = pareto(candidates, *axes)
    data = picture["datasets"]
    assert [row["across"] for row in data["frontier"]] == [1, 3]
    assert [(row["across"], row["standing"]) for row in data["hollow"]] == [
        (2, "on the frontier, kept by its interval")
    ]
    marks = picture["vconcat"][0]["layer"]
    points = {one["data"]["name"]: one["mark"] for one in marks if one["mark"]["type"] == "point"}
    assert (points["hollow"]["filled"], points["frontier"]["filled"]) == (False, True)
    assert "Hollow" in subtitle(picture)
    assert "Hollow" not in subtitle(pareto([candidates[0], candidates[2]], *axes))


def test_the_interval_is_seen_on_a_bar_and_beside_it() -> None:
    """On a line of the ground's colour; both halves are, on dark ground, too."""
    layers = comparison(estimates(variants(2)), "wall_s")["layer"]
    rules = [one["mark"] for one in layers if one["mark"]["type"] == "rule"]
    assert [one["style"] for one in rules] == ["ground", "ink"]
    assert rules[0]["strokeWidth"] > rules[1]["strokeWidth"]
    for colours in (LIGHT, DARK):
        assert config(colours)["style"]["ground"]["color"] == colours.background


def test_a_change_that_the_repetitions_tell_goes_before_that_of_the_medians() -> None:
    found = [Estimate(name="a", value=1.0), Estimate(name="b", value=0.83, share=0.75)]
    picture = comparison(found, "wall_s", baseline="a")
    assert picture["data"]["values"][1]["text"] == "0.8300 s (\N{MINUS SIGN}25.0 %)"
    assert "In brackets" in subtitle(picture)


@pytest.mark.parametrize(("count", "coloured"), [(1, False), (8, True), (24, True), (25, False)])
def test_the_order_of_runs_tells_variants_apart(count: int, *, coloured: bool) -> None:
    picture = in_run_order(variants(count), "wall_s")
    marks = [one for one in picture["layer"] if "shape" in one["encoding"]]
    assert bool(marks) is coloured
    assert ("shows all alike" in subtitle(picture)) is (count > 24)


def test_a_line_of_words_is_as_wide_as_the_picture() -> None:
    long = [Estimate(name="n" * 36, value=1.0), Estimate(name="m" * 36, value=2.0)]
    short = [Estimate(name="n", value=1.0), Estimate(name="m", value=2.0)]
    notes = ["A sentence that goes on and on, and fills more than the one line."] * 4
    first, second = (
        max(map(len, comparison(one, "wall_s", notes=notes)["title"]["subtitle"]))
        for one in (short, long)
    )
    assert second > first + 20


def test_numbers_that_would_overlap_are_one_text() -> None:
    marks = [Mark(name="", x=x, y=1 - x, values="") for x in (0.1, 0.11, 0.12, 0.9)]
    span = Span(ends=(0, 1))
    shown = numerals(marks, (span, span), (640, 380))["data"]["values"]
    assert [row["text"] for row in shown] == ["1\N{EN DASH}3", "4"]


def test_on_a_logarithmic_axis_small_numbers_have_room() -> None:
    marks = [Mark(name="", x=x, y=0.5, values="") for x in (0.001, 0.01, 1.0)]
    up = Span(ends=(0, 1))
    straight, logarithmic = (
        numerals(marks, (Span(ends=(0.0005, 2), logarithmic=one), up), (640, 380))
        for one in (False, True)
    )
    assert [row["text"] for row in straight["data"]["values"]] == ["1\N{EN DASH}2", "3"]
    assert [row["text"] for row in logarithmic["data"]["values"]] == ["1", "2", "3"]


@pytest.mark.parametrize(("largest", "kind"), [(29.0, None), (31.0, "log")])
def test_values_far_apart_get_a_logarithmic_axis(largest: float, kind: str | None) -> None:
    points = [
        Candidate(x=Estimate(name=f"{x}", value=x), y=Estimate(name="", value=0.5), kept=True)
        for x in (1.0, largest)
    ]
    picture = pareto(points, Axis(metric="wall_s"), Axis(metric="accuracy_top1", maximize=True))
    across = picture["vconcat"][0]["encoding"]["x"]
    assert across["scale"].get("type") == kind
    assert ("logarithmic" in across["title"]) is (kind == "log")


def test_speedup_tells_faster_slower_and_undecided() -> None:
    """The colour is the verdict's: of too few values an interval that leaves out 1 says nothing."""
    found = [
        Ratio(name="faster", value=2.0, low=1.9, high=2.1, verdict=Verdict.FASTER),
        Ratio(name="slower", value=0.5, low=0.4, high=0.6, verdict=Verdict.SLOWER),
        Ratio(name="few", value=1.2, low=1.1, high=1.3, verdict=Verdict.UNDECIDED, doubt="too few"),
        Ratio(name="impossible", value=0.0, verdict=Verdict.UNDECIDED),
    ]
    picture = speedup(found, "base")
    rows = {row["label"]: row for row in picture["data"]["values"]}
    styles = {
        layer["transform"][0]["filter"]["equal"]: layer["mark"]["style"]
        for layer in picture["layer"]
        if "transform" in layer
    }
    assert {name: styles[row["verdict"]] for name, row in rows.items()} == {
        "faster": "good",
        "slower": "warning",
        "few": "faint",
    }
    assert rows["few"]["text"] == "1.20\N{MULTIPLICATION SIGN}, too few"
    said = subtitle(picture)
    assert "geometric mean of these 3 ratios, 1.06\N{MULTIPLICATION SIGN}" in said
    assert "Left out: 1 variant without a positive ratio." in said


def test_a_single_ratio_has_no_mean() -> None:
    one = Ratio(name="a", value=2.0, verdict=Verdict.FASTER)
    assert "mean" not in subtitle(speedup([one], "base"))


def test_convergence_counts_failures_and_merges_labels_of_near_lines() -> None:
    trials = [
        Trial(name="a", value=3.0),
        Trial(name="b", value=None, failure="crashed"),
        Trial(name="c", value=nan),
        Trial(name="d", value=5.0),
        Trial(name="e", value=2.0),
    ]
    lines = [ReferenceLine(name="-O2", value=4.0), ReferenceLine(name="-O3", value=4.01)]
    picture = convergence(trials, "wall_s", references=lines)
    assert picture["title"]["text"] == ["Best after 5 trials: 2.000 s"]
    assert "2 failed" in subtitle(picture)
    (line,) = [one for one in picture["layer"] if one["mark"]["type"] == "line"]
    best = line["data"]["values"]
    assert [(row["trial"], row["value"]) for row in best] == [(1, 3), (5, 2), (5, 2)]
    assert [row["text"] for row in tables(picture) if "text" in row] == ["-O2, -O3"]
    assert [row["failure"] for row in tables(picture) if "failure" in row] == [
        "crashed",
        "no value that can be drawn",
    ]


def test_trials_that_were_the_best_are_drawn_on_the_line() -> None:
    picture = convergence([Trial(name="", value=value) for value in (3.0, 4.0, 2.0)], "wall_s")
    kinds = [one["mark"]["type"] for one in picture["layer"]]
    assert kinds.index("line") < kinds.index("circle")
    large = next(
        one
        for one in picture["layer"]
        if one["mark"].get("style") == "accent" and one["mark"]["type"] == "circle"
    )
    assert [row["trial"] for row in large["data"]["values"]] == [1, 3]


def test_very_many_trials_that_get_better_and_better_take_no_long() -> None:
    """Which ones to keep is found once, not for each: 20,000 would take a minute."""
    began = time.process_time()
    convergence([Trial(name="", value=1e6 - at) for at in range(20_000)], "wall_s")
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    "picture",
    [
        comparison([], "wall_s"),
        distribution([], "wall_s"),
        distribution([Sample(name="a", values=(nan,))], "wall_s"),
        speedup([], "a"),
        pareto([], Axis(metric="a"), Axis(metric="b")),
        convergence([], "wall_s"),
    ],
)
def test_nothing_measured_is_a_picture_too(picture: dict[str, Any]) -> None:
    assert picture["title"]["text"]
    json.dumps(picture, allow_nan=False)


def test_hostile_names_are_there() -> None:
    """The names that the tests above rely on do hold markup."""
    assert sum("<" in one for one in HOSTILE) >= 4
