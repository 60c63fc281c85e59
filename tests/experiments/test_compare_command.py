"""ckp compare: names it is asked for, and metrics that have one value a point."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.testing.fixtures import Ckp
from experiments.recorded_kit import SESSION, measured, record, times


def sized(number: int, size: float, **choices: str) -> Point:
    point = measured(number, times(1.0, number), SESSION, **choices)
    size_bytes = Metric(name="size_bytes", value=size)
    return replace(point, metrics={**point.metrics, "size_bytes": size_bytes})


@pytest.fixture
def experiment(ckp_home: Path) -> Path:
    sizes = {("gcc@12.2.0", "-O2"): 100, ("gcc@12.2.0", "-O3"): 250}
    sizes |= {("clang@19.1.7", "-O2"): 80, ("clang@19.1.7", "-O3"): 250}
    points = [
        sized(n, size, compiler=compiler, flags=flags)
        for n, ((compiler, flags), size) in enumerate(sizes.items())
    ]
    return record(ckp_home, "it", points)


SIZE = "--metric=size_bytes"


def test_sizes_have_a_ratio_and_say_which_has_more(ckp: Ckp, experiment: Path) -> None:
    done = ckp("compare", "experiment:it", "--by=compiler", SIZE)
    rows = [row.split() for row in done.stdout.splitlines() if row.startswith("-O")]
    assert rows[0][-5:] == ["1.25", "-", "A", "has", "less"]
    assert rows[1][-3:] == ["1", "-", "equal"]
    one = "experiment:it#flags=-O2 and compiler=gcc@12.2.0"
    other = "experiment:it#flags=-O3 and compiler=gcc@12.2.0"
    assert "B / A  2.5" in ckp("compare", one, other, SIZE).stdout
    assert "A / B  0.4" in ckp("compare", one, other, SIZE, "--maximize").stdout


def test_a_baseline_without_its_version(ckp: Ckp, ckp_home: Path, experiment: Path) -> None:
    words = ("compare", "experiment:it", "--by=compiler", "--json")
    (found,) = json.loads(ckp(*words, "--baseline=clang").stdout)
    assert (found["a"], found["b"]) == ("gcc@12.2.0", "clang@19.1.7")
    record(ckp_home, "it", [sized(9, 1, compiler="clang@20.1.0")])
    several = ckp(*words, "--baseline=clang")
    assert several.returncode == 2
    assert "one of: clang@19.1.7, clang@20.1.0" in several.stderr
    assert len(json.loads(ckp(*words, "--baseline=clang@20.1.0").stdout)) > 0


@pytest.mark.parametrize(
    ("metric", "said"),
    [("wal_s", "did you mean wall_s? there are: wall_s,"), ("nope", "-> there are: wall_s,")],
)
def test_metrics_that_nobody_has(ckp: Ckp, experiment: Path, metric: str, said: str) -> None:
    """Only metrics are offered, since nothing else can be compared."""
    done = ckp("compare", "experiment:it", "--by=compiler", f"--metric={metric}")
    assert done.returncode == 2
    assert f"has a metric '{metric}'" in done.stderr
    assert said in done.stderr
    assert "features." not in done.stderr


def test_units_in_conditions(ckp: Ckp, experiment: Path) -> None:
    found = ckp("show", "experiment:it", "--filter=size_bytes<0.2kB", "--json")
    assert [one["metrics"]["size_bytes"]["value"] for one in json.loads(found.stdout)] == [100, 80]
    done = ckp("show", "experiment:it", "--filter=wall_s<2x")
    assert done.returncode == 2
    assert "wall_s<2x: '2x' is no number" in done.stderr
    goals = ("--minimize=wall_s,size_bytes", "--constraint=size_bytes<0.2kB", "--json")
    assert len(json.loads(ckp("pareto", "experiment:it", *goals).stdout)["excluded"]) == 2
