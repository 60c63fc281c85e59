"""What ``--objective`` and ``--maximize`` mean together, and costs of nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.builtin import STRATEGIES
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import needs_gcc
from tuning.strategy_kit import flag_space
from tuning.tuning_kit import trials_of, tuned_program

TUNE = ("autotune", "program:it", "--compiler=gcc", "--tune=own", "--strategy=exhaustive")
QUICK = ("--repeat=1", "--finals=2", "--no-reduction", "--seed=1", "--json")


@needs_gcc
@pytest.mark.parametrize(
    ("asked", "objectives"),
    [
        (("--maximize=size_bytes",), [("size_bytes", True)]),
        (("--maximize=wall_s",), [("wall_s", True)]),
        (
            ("--maximize=size_bytes", "--objective=wall_s"),
            [("wall_s", False), ("size_bytes", True)],
        ),
        ((), [("wall_s", False)]),
    ],
)
def test_the_default_makes_way(
    ckp: Ckp,
    add_component: AddComponent,
    ckp_home: Path,
    asked: tuple[str, ...],
    objectives: list[tuple[str, bool]],
) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp(*TUNE, *QUICK, *asked, "--param=PADDING=0,1")
    assert done.returncode == 0, done.stderr
    told = trials_of(ckp_home, "tune-it")[0].extra["tuning"]["objectives"]
    assert [(one["metric"], one["maximize"]) for one in told] == objectives
    if asked == ("--maximize=size_bytes",):
        assert json.loads(done.stdout)["configuration"] == {"PADDING": "1"}


@needs_gcc
def test_a_metric_that_is_nothing(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    """An idle program needs no time of the system's."""
    add_component("program", "it", *tuned_program())
    words = ("--objective=system_s", "--param=WORK=1,2", "--param=env.NOBODY=1,2")
    done = ckp(*TUNE, *QUICK, *words)
    assert done.returncode == 0, done.stderr
    assert len(trials_of(ckp_home, "tune-it")) == 4


@pytest.mark.parametrize("costs", [(0.0, 0.0, 0.0), (0.0, 1.0, -1.0), (-1.0, 0.0, 2.0)])
@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_strategies_take_costs_of_nothing(name: str, costs: tuple[float, ...]) -> None:
    if name.startswith("optuna"):
        pytest.importorskip("optuna")
    if name == "boca":
        pytest.importorskip("sklearn")
    strategy = STRATEGIES[name](Problem(space=flag_space(12), seed=1, evaluations=60))
    strategy.tell(Trial(configuration={}, costs=costs[:1]))
    for at in range(40):
        asked = strategy.ask()
        assert asked is not None
        strategy.tell(Trial(configuration=asked, costs=(costs[at % len(costs)],)))
