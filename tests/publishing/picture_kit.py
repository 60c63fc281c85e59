"""Values for pictures and reports, and names that try to be more than text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from typing import Any

from hypothesis import strategies as st

from ck_core.analysis.comparison import Verdict
from ck_core.domain.point import Point
from ck_core.publishing.charts.comparison import comparison
from ck_core.publishing.charts.convergence import convergence
from ck_core.publishing.charts.distribution import distribution
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
)
from ck_core.publishing.report.material import Material
from experiments.point_kit import sample

HOSTILE = (
    "<script>document.title='pwned'</script>",
    "</script><script>document.title='pwned'</script>",
    "<img src=x onerror=\"document.title='pwned'\">",
    "\" onload=\"document.title='pwned'",
    "' onmouseover='document.title=1",
    "<!-- <script> --> ]]> {{ 7 * 7 }} {% raw %}",
    "datum.value + signal('x')",
    "javascript:document.title='pwned'",
    "http://example.invalid/picture.png",
    "data:image/png;base64,AAAA",
    "line one\nline two\r\ttab\x00\x1b[31m",
    "\u202eright to left override\u202c",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "half \ud800 a character \uffff",
    "-O3 " * 400,
    "",
    "   ",
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))
numbers = st.floats(min_value=1e-9, max_value=1e9)


def variants(count: int, *, hostile: bool = False) -> list[Sample]:
    chance = random.Random(count)
    return [
        Sample(
            name=HOSTILE[at % len(HOSTILE)] if hostile else f"gcc@1{at % 4} -O{at % 3} -fone-{at}",
            values=tuple((0.01 + at / 500) * chance.lognormvariate(0, 0.02) for _ in range(12)),
            order=tuple(float(repetition * count + at) for repetition in range(12)),
            outliers={3: "it was interrupted"} if at % 2 else {},
        )
        for at in range(count)
    ]


def estimates(samples: list[Sample]) -> list[Estimate]:
    return [
        Estimate(
            name=one.name,
            value=sorted(one.values)[len(one.values) // 2],
            low=min(one.values),
            high=max(one.values),
            details=f"flags={one.name}",
        )
        for one in samples
    ]


def every_picture(samples: list[Sample]) -> Iterator[Specification]:
    """One of each kind."""
    found = estimates(samples)
    first = found[0].name
    ratios = [
        Ratio(name=one.name, value=0.5, low=0.4, high=2.0, verdict=Verdict.UNDECIDED, doubt=doubt)
        for one, doubt in zip(found, cycle(["", "too few values"]), strict=False)
    ]
    candidates = [
        Candidate(x=one, y=Estimate(name=one.name, value=1e5 / at), kept=at < 3, excluded=at == 4)
        for at, one in enumerate(found, start=1)
    ]
    trials = [Trial(name=one.name, value=one.value) for one in found]
    yield comparison(found, "wall_s", baseline=first)
    yield comparison(found, "wall_s", logarithmic=True)
    yield distribution(samples, "wall_s")
    yield speedup(ratios, first)
    yield pareto(candidates, Axis(metric="wall_s", limits=(0.02,)), Axis(metric="size_bytes"))
    yield convergence(
        [*trials, Trial(name=first, value=None, failure=first)],
        "wall_s",
        references=[ReferenceLine(name=first, value=0.012)],
    )


def hostile_point(number: int) -> Point:
    """Each text of the point is one of the hostile ones."""
    return with_texts(sample(number, 8), lambda at: HOSTILE[(number + at) % len(HOSTILE)])


def with_texts(point: Point, text: Any) -> Point:
    component = replace(point.program, cid=f"program:{text(0)}", digest=text(1))
    source = replace(component.source, repo=text(2), commit=text(3), modified=True)
    return replace(
        point,
        program=replace(component, source=source),
        dataset=replace(component, cid=text(4)),
        command=text(5),
        error=text(6),
        choices={text(7): text(8), "flags": text(9), "image": text(10), "title": text(11)},
        features={text(12): text(13)},
        metrics={**point.metrics, text(14): point.metrics["wall_s"]},
        resolved=(
            replace(
                point.resolved[0],
                key=text(15),
                product=text(16),
                version=text(17),
                path=text(18),
                digest=text(19),
                origin=text(20),
                package=text(21),
                made_with={text(22): text(23)},
            ),
        ),
        plugins={text(24): text(25)},
        ckp=text(26),
        command_line=(text(27), text(28)),
        emulated_by=text(29),
        notes=(text(30),),
        recorded_at=text(31),
    )


def material(points: list[Point], **changes: Any) -> Material:
    given = Material(
        experiment="experiment:my-test",
        title="Corners of images",
        points=points,
        made_at="2024-06-01 12:00 UTC",
        ckp="0.1.0",
        baseline=points[0].uid if points else "",
    )
    return replace(given, **changes)
