"""``ckp autotune --jobs``: evaluations side by side, told as they end, written by one process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ck_core.analysis.run_command import command_of
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import needs_gcc, recorded
from launchers.far_kit import far, most_at_once
from tuning.tuning_kit import configuration_of, trials_of, tuned_program

__all__ = ["far"]
pytestmark = needs_gcc
SEARCH = ("autotune", "program:it", "--compiler=gcc", "--tune=own", "--from-scratch")
VARIED = ("--param=WORK=4,2", "--param=IGNORED=0,1,2,3", "--param=BROKEN=0,1")
BESIDE = ("--launcher=far", "--jobs=4", "--repeat=2", "--no-reduction", "--finals=2", "--json")


@pytest.fixture
def program(add_component: AddComponent) -> None:
    add_component("program", "it", *tuned_program())


def searched(ckp: Ckp, *options: str, **environment: str) -> Any:
    done = ckp(*SEARCH, *VARIED, *BESIDE, *options, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_evaluations_run_beside_each_other(
    ckp: Ckp, ckp_home: Path, far: Path, program: None
) -> None:
    told = searched(ckp, "--strategy=exhaustive", "--evaluations=16", FAR_SLEEPS="0.5")
    trials = trials_of(ckp_home, "tune-it")  # numbered without a gap
    configurations = [tuple(sorted(configuration_of(one).items())) for one in trials]
    assert len(set(configurations)) == len(trials) == told["evaluations"] == 16
    assert sum(one.status == "failed" for one in trials) == 8  # half of them do not build
    assert 4 <= most_at_once(far) <= 4 * 2 + 1  # two repetitions of each
    assert configuration_of(trials[0]) == {}


def test_the_budget_holds(ckp: Ckp, ckp_home: Path, far: Path, program: None) -> None:
    told = searched(ckp, "--strategy=random", "--evaluations=5", "--seed=1")
    assert told["evaluations"] == len(trials_of(ckp_home, "tune-it")) == 5


def test_what_goes_on_measures_nothing_again(
    ckp: Ckp, ckp_home: Path, far: Path, program: None
) -> None:
    searched(ckp, "--strategy=random", "--evaluations=4", "--seed=1")
    before = [one.uid for one in trials_of(ckp_home, "tune-it")]
    done = ckp("autotune", "--resume=experiment:tune-it", "--evaluations=7", "--json")
    assert done.returncode == 0, done.stderr
    after = trials_of(ckp_home, "tune-it")
    assert [one.uid for one in after[:4]] == before
    assert len({json.dumps(configuration_of(one), sort_keys=True) for one in after}) == 7
    assert json.loads(done.stdout)["evaluations"] == 7


def test_a_strangers_launcher_option_is_not_used_unasked(
    ckp: Ckp, ckp_home: Path, far: Path, program: None
) -> None:
    searched(ckp, "--strategy=random", "--evaluations=2", "--seed=1", "--launcher.native=-x")
    far.unlink()
    resume = ("autotune", "--resume=experiment:tune-it", "--evaluations=3")
    done = ckp(*resume)
    assert done.returncode == 2
    assert "launcher option 'native=-x'" in done.stderr
    assert not far.exists()
    done = ckp(*resume, "--trust")
    assert done.returncode == 0, done.stderr
    assert "--launcher=far --launcher.native=-x" in done.stderr


def test_what_the_launcher_is_told_is_varied(
    ckp: Ckp, ckp_home: Path, far: Path, program: None
) -> None:
    """The same code with other tasks is another program; one's own command says both."""
    varied = ("--param=launcher.tasks=1,2,3", "--strategy=exhaustive", "--evaluations=3")
    done = ckp(*SEARCH, *BESIDE[:-1], *varied)
    assert done.returncode == 0, done.stderr
    trials = trials_of(ckp_home, "tune-it")
    assert {one.choices["launcher.tasks"] for one in trials} == {"1", "2", "3"}
    told = [line.split(" ", 1)[1] for line in far.read_text().splitlines()]
    assert all(told.count(f"tasks={n}") >= 2 for n in (1, 2, 3))
    again = command_of(trials[1], trials[1].choices["target"])  # type: ignore[arg-type]  # a text
    assert f"--launcher=far --launcher.tasks={trials[1].choices['launcher.tasks']}" in again


def test_what_is_fixed_for_the_launcher_is_not_varied(ckp: Ckp, far: Path, program: None) -> None:
    fixed = ("--launcher=far", "--launcher.tasks=4", "--param=launcher.tasks=1,2")
    done = ckp(*SEARCH, *fixed)
    assert done.returncode == 2
    assert "varies tasks, which" in done.stderr


def test_what_is_on_its_way_when_time_is_up_is_recorded(
    ckp: Ckp, ckp_home: Path, far: Path, add_component: AddComponent
) -> None:
    """A constraint is looked at again and again, and each look ends a search that is late."""
    choices = {
        name: {"type": "integer", "sets": "variable", "range": [0, 9], "default": 0}
        for name in ("IGNORED", "UNREAD")
    }
    add_component(
        "program", "it", *tuned_program(choices=choices, constraints=["IGNORED + UNREAD < 12"])
    )
    search = [one for one in SEARCH if one != "--tune=own"]
    words = ("--tune=choices", "--strategy=screening", "--max-time=4", "--flags=-DWORK=1")
    done = ckp(*search, *BESIDE, *words, FAR_SLEEPS="0.7")
    assert done.returncode == 0, done.stderr
    begun = len(far.read_text().splitlines())
    last_runs = sum("role" in one.extra["tuning"] for one in recorded(ckp_home, "tune-it"))
    trials = trials_of(ckp_home, "tune-it")
    measured = [one for one in trials if one.characteristics.get("wall_s")]
    assert begun == 2 * (len(measured) + last_runs)
