"""Pictures and reports of any numbers: what no axis can hold is left out, and that is said."""

from __future__ import annotations

import json
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.comparison import Verdict
from ck_core.publishing.charts.comparison import comparison
from ck_core.publishing.charts.convergence import convergence
from ck_core.publishing.charts.distribution import distribution, in_run_order
from ck_core.publishing.charts.layout import Specification
from ck_core.publishing.charts.pareto import pareto
from ck_core.publishing.charts.speedup import speedup
from ck_core.publishing.charts.values import (
    Axis,
    Candidate,
    Estimate,
    Ratio,
    ReferenceLine,
    Sample,
    Trial,
    is_drawable,
)

ANY = st.one_of(
    st.floats(), st.sampled_from([1e308, -1e308, 5e-324, 1e100, -1e100, 1e-100, 0.0, nan, inf])
)
BOUNDS = st.one_of(st.none(), ANY)


def test_what_can_be_drawn() -> None:
    assert all(map(is_drawable, (0.0, -0.0, 1.0, -1e100, 1e-100)))
    assert not any(map(is_drawable, (None, nan, inf, -inf, 1e101, -1e308, 5e-324)))


def sound(picture: Specification) -> None:
    json.dumps(picture, allow_nan=False)


@given(st.lists(st.tuples(ANY, BOUNDS, BOUNDS), max_size=6), st.booleans())
def test_any_estimates(found: list[tuple[float, float | None, float | None]], flag: bool) -> None:  # noqa: FBT001  # hypothesis
    named = [
        Estimate(name=f"{at}", value=value, low=low, high=high)
        for at, (value, low, high) in enumerate(found)
    ]
    ratios = [
        Ratio(name=one.name, value=one.value, low=one.low, high=one.high, verdict=Verdict.FASTER)
        for one in named
    ]
    sound(comparison(named, "wall_s", baseline="0", logarithmic=flag, maximize=flag))
    sound(speedup(ratios, "base"))
    candidates = [
        Candidate(x=one, y=other, kept=flag)
        for one, other in zip(named, reversed(named), strict=True)
    ]
    limits = tuple(value for value, _, _ in found)
    sound(pareto(candidates, Axis(metric="wall_s", limits=limits), Axis(metric="size_bytes")))


@given(st.lists(st.lists(st.tuples(ANY, ANY), max_size=5), max_size=3))
def test_any_repetitions(found: list[list[tuple[float, float]]]) -> None:
    samples = [
        Sample(
            name="a", values=tuple(one for one, _ in pairs), order=tuple(two for _, two in pairs)
        )
        for pairs in found
    ]
    sound(distribution(samples, "wall_s"))
    sound(in_run_order(samples, "size_bytes"))


@given(st.lists(BOUNDS, max_size=6), st.lists(ANY, max_size=3))
def test_any_trials(values: list[float | None], lines: list[float]) -> None:
    trials = [Trial(name="a", value=value) for value in values]
    references = [ReferenceLine(name="b", value=value) for value in lines]
    sound(convergence(trials, "wall_s", references=references))


@pytest.mark.parametrize("value", [1e308, -1e308, inf, nan])
def test_it_is_said(value: float) -> None:
    bars = comparison([Estimate(name="a", value=1.0), Estimate(name="b", value=value)], "wall_s")
    assert "Left out: 1 variant without a number" in " ".join(bars["title"]["subtitle"])
    assert [row["label"] for row in bars["data"]["values"]] == ["a"]
