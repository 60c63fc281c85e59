"""A search ends with its budget: its starts count, and thinking takes time as well."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.parameter import Parameter
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.builtin import STRATEGIES
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.deadline import Deadline, TimeIsUpError
from ck_core.tuning.guarded_strategy import guarded
from experiments.benchmark_kit import needs_gcc
from plugins.fake_distribution import install_fake
from tuning.tuning_kit import configuration_of, trials_of, tuned_program

TUNE = ("autotune", "program:it", "--compiler=gcc", "--finals=2", "--no-reduction", "--seed=1")
QUICK = ("--repeat=1", "--json")
STARTS = """
from ck_core import hookimpl

@hookimpl
def autotune(session):
    for work in "234":
        session.add_start({"WORK": work})
"""


def tuned(ckp: Ckp, *options: str) -> dict[str, Any]:
    done = ckp(*TUNE, *QUICK, *options)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def _starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that knows three configurations worth trying first."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    install_fake(tmp_path / "site", "starting", STARTS)


@needs_gcc
@pytest.mark.usefixtures("_starts")
@pytest.mark.parametrize(
    ("budget", "evaluations"),
    [("--evaluations=1", 1), ("--evaluations=3", 3), ("--max-time=0.001", 1)],
)
def test_starts_count(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, budget: str, evaluations: int
) -> None:
    add_component("program", "it", *tuned_program())
    found = tuned(ckp, "--tune=own", "--param=WORK=1,2,3,4,5", budget)
    assert found["evaluations"] == evaluations
    tried = [configuration_of(one) for one in trials_of(ckp_home, "tune-it")]
    assert tried == [{}, *({"WORK": one} for one in "234")][:evaluations]


@needs_gcc
def test_patience_ends(ckp: Ckp, add_component: AddComponent) -> None:
    """Nothing is smaller than the first; what is built beside each other is one step."""
    add_component("program", "it", *tuned_program())
    values = ",".join(map(str, range(200)))
    words = ("--tune=own", "--flags=-O3 -DWORK=0", "--objective=size_bytes", "--patience=1")
    found = tuned(ckp, *words, "--strategy=exhaustive", f"--param=env.NOBODY_READS={values}")
    assert found["evaluations"] <= 1 + (os.cpu_count() or 1)


@needs_gcc
def test_what_never_comes_is_not_waited_for(ckp: Ckp, add_component: AddComponent) -> None:
    """A thousand million configurations, of which none but the first is allowed."""
    numbers = {"type": "integer", "range": [1, 1000], "default": 1}
    choices = {"A": numbers, "B": numbers, "C": numbers}
    files = tuned_program(choices=choices, constraints=["A * B * C == 1"])
    add_component("program", "it", *files)
    began = time.monotonic()
    found = tuned(ckp, "--tune=choices", "--strategy=exhaustive", "--max-time=1")
    assert found["evaluations"] == 1
    assert time.monotonic() - began < 60  # all of them would take hours


def narrow_space(deadline: Deadline) -> Space:
    """Too large to be walked through, with nothing in it."""
    parameters = (
        Parameter(name=name, values=tuple(map(str, range(1000))), default="0", group="own")
        for name in ("A", "B", "C")
    )
    return Space(tuple(parameters), (Expression.parsed("A + B + C < 0"),), deadline.check)


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_no_strategy_thinks_longer_than_there_is_time(name: str) -> None:
    """The clock is a counter: after so many conditions there is no time left."""
    looked = 0

    def is_over() -> bool:
        nonlocal looked
        looked += 1
        return looked > 2500

    if name.startswith("optuna"):
        pytest.importorskip("optuna")
    if name == "boca":
        pytest.importorskip("sklearn")
    problem = Problem(space=narrow_space(Deadline(is_over)), seed=1)
    with pytest.raises(TimeIsUpError):
        ask_on(name, problem)
    assert looked < 2600


def ask_on(name: str, problem: Problem) -> None:
    strategy = guarded(name, STRATEGIES[name], problem)
    strategy.tell(Trial(configuration={}, costs=(1.0,)))
    for _ in range(3000):
        strategy.ask()


@needs_gcc
def test_a_search_that_is_out_of_time_goes_on_with_more_evaluations(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """The clock counts on, and what was found before is told before it is looked at."""
    add_component("program", "it", *tuned_program())
    param = ["--flags=-O3 -DWORK=0", *(f"--param=env.V{n}=0,1" for n in range(4))]
    tuned(ckp, "--tune=own", "--strategy=random", "--evaluations=5", *param)
    before = [one.uid for one in trials_of(ckp_home, "tune-it")]
    words = ("autotune", "--resume=experiment:tune-it", "--evaluations=9", "--json")
    for limit, count in (("--max-time=0.001", 5), ("--max-time=600", 9)):
        done = ckp(*words, limit)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["evaluations"] == count
    after = [one.uid for one in trials_of(ckp_home, "tune-it")]
    assert after[:5] == before
    assert len(after) == 9


@needs_gcc
def test_less_patience_forgets_nothing(ckp: Ckp, add_component: AddComponent) -> None:
    """The program as it is is the best, so that patience was over long before."""
    add_component("program", "it", *tuned_program())
    words = ("--tune=own", "--strategy=exhaustive", "--param=WORK=2,4,5,6,7,8,9")
    tuned(ckp, *words, "--evaluations=5")
    resume = ("autotune", "--resume=experiment:tune-it", "--patience=2", "--json")
    done = ckp(*resume, "--evaluations=7")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["evaluations"] == 5
