"""A search for several objectives and ``ckp pareto`` tell of the same frontier, or say why not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ck_core.analysis.tuning_ending import ending_of
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.publishing.report.pictures import frontier
from ck_core.publishing.report.searches import aimed
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import needs_gcc
from experiments.recorded_kit import record
from publishing.picture_kit import material
from tuning.ended_kit import last_runs, told, trial
from tuning.tuning_kit import tuned_program

UID = "a" * 16
AIMS = tuple({"metric": one, "maximize": False} for one in ("wall_s", "size_bytes"))
GOALS = "--minimize=wall_s,size_bytes"


def searched() -> list[Point]:
    """The luckiest trial beats all of the last runs, of which the last breaks a constraint."""
    trials = [told(trial(at, at, 0.01 * (at + 1), UID), UID, AIMS, failure="") for at in range(3)]
    single = {"wall_s": Metric(name="wall_s", value=0.001)}
    lucky = replace(trials[2], metrics={**trials[2].metrics, **single})
    roles = {"contender 1": 0.2, "contender 2": 0.1, "as it is": 0.15, "contender 3": 0.05}
    last = [*last_runs(30, roles, UID, AIMS)]
    broken = told(last[3], UID, AIMS, role="contender 3", breaks=["a<1"])
    return [*trials[:2], lucky, *last[:3], broken]


def answer(ckp: Ckp, *words: str) -> tuple[list[str], str]:
    done = ckp("pareto", "experiment:tune-it", *words, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return sorted(one["uid"] for one in found["frontier"]), done.stderr


def test_the_last_runs_are_the_frontier_of_a_search(ckp: Ckp, ckp_home: Path) -> None:
    record(ckp_home, "tune-it", searched())
    ending = ending_of(searched())
    assert ending is not None
    own = sorted(one.point.uid for one in ending.standings)
    assert own == [f"{30:016x}", f"{31:016x}"]
    for words in ((), (GOALS,), ("--minimize=size_bytes,metrics.wall_s",)):
        found, said = answer(ckp, *words)
        assert found == own
        assert "these are the last runs of the search; 4 other points" in said
    table = ckp("pareto", "experiment:tune-it").stdout
    assert "contender 2 (-O3 -f31)" in table
    assert "2 of 3 points on the frontier; 1 dominated" in table


@pytest.mark.parametrize(
    "words",
    [(GOALS, "--filter=status=ok"), ("--minimize=wall_s",), ("--minimize=wall_s,size_bytes.low",)],
    ids=["filtered", "another objective", "no value"],
)
def test_of_other_points_it_is_said_which_are_trials(
    ckp: Ckp, ckp_home: Path, words: tuple[str, ...]
) -> None:
    sized = [
        replace(
            one, metrics={**one.metrics, "size_bytes": Metric(name="size_bytes", value=1, low=1)}
        )
        for one in searched()
    ]
    record(ckp_home, "tune-it", sized)
    found, said = answer(ckp, *words)
    assert f"{2:016x}" in found
    assert "1 on this frontier is a trial of a search, which ran few times" in said
    assert "these are the last runs" not in said


def test_pictures_draw_the_same_frontier() -> None:
    (picture,) = frontier(aimed(material(searched())))
    assert " ".join(picture["title"]["text"]) == "2 of 3 points on the Pareto frontier"
    assert "Only the last runs of the search" in " ".join(picture["title"]["subtitle"])
    alone = [one for one in searched() if "trial" in one.extra]
    varied = [replace(one, metrics={**one.metrics, **sized(at)}) for at, one in enumerate(alone)]
    (other,) = frontier(aimed(material(varied)))
    assert "Trials of a search ran few times" in " ".join(other["title"]["subtitle"])


def sized(number: int) -> dict[str, Metric]:
    return {"size_bytes": Metric(name="size_bytes", value=1000 - number)}


@needs_gcc
def test_a_real_search_and_its_frontier(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", *tuned_program())
    search = ("--compiler=gcc", "--tune=own", "--strategy=exhaustive", "--seed=1")
    params = ("--param=WORK=4,1", "--param=PADDING=0,2", "--objective=wall_s,size_bytes")
    done = ckp("autotune", "program:it", *search, *params, "--finals=3", "--repeat=1", "--json")
    assert done.returncode == 0, done.stderr
    own = sorted(one["point"] for one in json.loads(done.stdout)["frontier"])
    assert answer(ckp)[0] == own
