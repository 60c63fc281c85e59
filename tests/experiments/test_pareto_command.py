"""ckp pareto: the frontier as table, JSON and picture."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.testing.fixtures import Ckp
from experiments.point_kit import sample
from experiments.recorded_kit import failed, record


def at(number: int, wall_s: float, size: float, half: float = 0.0, **more: float) -> Point:
    """A point with a time known to plus or minus ``half``."""
    wall = Metric(name="wall_s", value=wall_s, low=wall_s - half, high=wall_s + half)
    metrics = {"wall_s": wall, "size_bytes": Metric(name="size_bytes", value=size)}
    others = {name: Metric(name=name, value=value) for name, value in more.items()}
    return replace(sample(number), choices={"n": number}, metrics={**metrics, **others})


def answer(ckp: Ckp, *words: str) -> dict[str, Any]:
    done = ckp("pareto", "experiment:it", *words, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def kept(found: dict[str, Any]) -> list[int]:
    return [int(one["uid"], 16) for one in found["frontier"]]


GOALS = "--minimize=wall_s,size_bytes"


def test_the_frontier_by_hand(ckp: Ckp, ckp_home: Path) -> None:
    points = [at(1, 1.0, 50), at(2, 2.0, 40), at(3, 2.5, 45), at(4, 3.0, 10), at(5, 3.0, 60)]
    record(ckp_home, "it", [*points, failed(6, "crashed")])
    assert kept(answer(ckp, GOALS)) == [1, 2, 4]
    assert kept(answer(ckp, GOALS, "--constraint=size_bytes<50")) == [2, 4]
    assert kept(answer(ckp, "--maximize=size_bytes", "--minimize=wall_s")) == [1, 5]
    assert kept(answer(ckp, GOALS, "--filter=n>2")) == [3, 4]
    done = ckp("pareto", "experiment:it", GOALS, "--constraint=size_bytes<50 and wall_s<=2.5")
    assert "1 of 5 points on the frontier; 1 dominated; 3 excluded by a constraint" in done.stdout


def test_intervals_are_respected(ckp: Ckp, ckp_home: Path) -> None:
    """The second is slower and larger; but it may be the faster one."""
    record(ckp_home, "it", [at(1, 1.0, 50, 0.1), at(2, 1.1, 51, 0.1), at(3, 1.5, 51, 0.1)])
    assert kept(answer(ckp, GOALS)) == [1, 2]


def test_three_objectives_as_by_brute_force(ckp: Ckp, ckp_home: Path) -> None:
    chance = random.Random(7)
    values = [(chance.random(), chance.random(), chance.random()) for _ in range(60)]
    record(ckp_home, "it", [at(n, t, s, accuracy=a) for n, (t, s, a) in enumerate(values)])
    found = answer(ckp, GOALS, "--maximize=accuracy")

    def beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
        return one != other and one[0] <= other[0] and one[1] <= other[1] and one[2] >= other[2]

    expected = {n for n, v in enumerate(values) if not any(beats(w, v) for w in values)}
    assert set(kept(found)) == expected
    assert len(found["dominated"]) == 60 - len(expected)


def test_points_without_a_number_are_told(ckp: Ckp, ckp_home: Path) -> None:
    lacking = replace(at(2, 1.0, 1.0), metrics={})
    record(ckp_home, "it", [at(1, 1.0, 50), lacking])
    assert answer(ckp, GOALS)["missing"] == [lacking.uid]


def test_the_frontier_is_named_among_all_points(ckp: Ckp, ckp_home: Path) -> None:
    """Else the one that is left differs from none, and has no name but its program's."""
    record(ckp_home, "it", [at(1, 1.0, 50), at(2, 2.0, 60), at(3, 3.0, 70)])
    done = ckp("pareto", "experiment:it", GOALS)
    assert done.stdout.splitlines()[1].endswith("  n=1")


@pytest.mark.parametrize("ending", ["png", "svg", "html"])
def test_a_picture(ckp: Ckp, ckp_home: Path, tmp_path: Path, ending: str) -> None:
    record(ckp_home, "it", [at(n, 1 + n / 7, 100 - n * n % 37) for n in range(20)])
    file = tmp_path / f"frontier.{ending}"
    done = ckp("pareto", "experiment:it", GOALS, "--constraint=size_bytes<95", "-o", str(file))
    assert done.returncode == 0, done.stderr
    assert file.stat().st_size > 1000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "needs objectives"),
        (["--minimize=wall"], "did you mean"),
        (["--minimize=wall_s", "--maximize=wall_s"], "twice"),
        ([GOALS, "--constraint=compiler=gcc"], "is no comparison with a number"),
        ([GOALS, "--constraint=wall_s<1 or size_bytes<2"], "is no comparison with a number"),
        ([GOALS, "-o", "frontier.gif"], "end the name with one of"),
        (["--minimize=wall_s", "-o", "frontier.png"], "needs two objectives"),
    ],
)
def test_mistakes_are_named(ckp: Ckp, ckp_home: Path, words: list[str], said: str) -> None:
    record(ckp_home, "it", [at(1, 1.0, 50), at(2, 2.0, 40)])
    done = ckp("pareto", "experiment:it", *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_points_of_other_work_are_told_of(ckp: Ckp, ckp_home: Path) -> None:
    own = at(1, 1.0, 50)
    other = replace(at(2, 0.1, 50), emulated_by="qemu@7.2", command="another")
    record(ckp_home, "it", [own, other])
    said = ckp("pareto", "experiment:it", GOALS).stderr
    assert "differ in command" in said
    assert "differ in emulated_by (none, qemu@7.2)" in said
    assert "--filter emulated_by=qemu@7.2" in said
    assert "differ" not in ckp("pareto", "experiment:it", GOALS, "--filter=command=another").stderr
