"""What ``--objective`` and ``--maximize`` mean together, and costs of nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ck_core.context import Context, SilentReporter
from ck_core.domain.cid import Cid
from ck_core.domain.tuning.strategy import Problem, Trial
from ck_core.strategies.builtin import STRATEGIES
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.autotune import settled
from ck_core.workspace.tunings import tuning_options
from experiments.benchmark_kit import needs_gcc
from tuning.strategy_kit import flag_space
from tuning.tuning_kit import configuration_of, trials_of, tuned_program

TUNE = ("autotune", "program:it", "--compiler=gcc", "--tune=own", "--strategy=exhaustive")
ERRORS = r"""int main(void) {
  FILE *told = fopen("tmp-ck-timer.json", "w");
  fprintf(told, "{\"errors\": %d}", WORK > 1 ? 5 : 0);
  fclose(told);
"""
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
@pytest.mark.parametrize(
    ("asked", "strategy"),
    [
        ((), "screening"),
        (("--maximize=size_bytes",), "screening"),
        (("--objective=wall_s,size_bytes",), "nsga2"),
        (("--objective=wall_s", "--maximize=size_bytes"), "nsga2"),
        (("--objective=wall_s,size_bytes", "--strategy=screening"), "screening"),
    ],
)
def test_the_strategy_suits_the_objectives(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, asked: tuple[str, ...], strategy: str
) -> None:
    """Unless one is named; what is recorded is the strategy's own name."""
    add_component("program", "it", *tuned_program())
    done = ckp(*TUNE[:-1], *QUICK, *asked, "--param=PADDING=0,1", "--evaluations=1")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["strategy"] == strategy
    (settings,) = (ckp_home / "repos/local/experiment/tune-it").glob("tuning-*.json")
    assert json.loads(settings.read_text("utf-8"))["options"]["strategy"] == strategy


@pytest.mark.parametrize("names", [["wall_s"], ["wall_s", "size_bytes"]])
def test_the_strategy_of_python_and_actions_suits_as_well(names: list[str]) -> None:
    options = tuning_options(Cid("program", "it"), {"objectives": names})
    found = settled(options, Context(SilentReporter()))
    assert found.strategy == ("nsga2" if len(names) > 1 else "screening")


@needs_gcc
def test_a_metric_that_is_nothing(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    """An idle program needs no time of the system's."""
    add_component("program", "it", *tuned_program())
    words = ("--objective=system_s", "--param=WORK=1,2", "--param=env.NOBODY=1,2")
    done = ckp(*TUNE, *QUICK, *words)
    assert done.returncode == 0, done.stderr
    assert len(trials_of(ckp_home, "tune-it")) == 4


@needs_gcc
def test_the_same_code_in_another_file(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """What is told of macros to debuggers makes the file larger."""
    add_component("program", "it", *tuned_program())
    unread = "1" * 4000
    words = ("--objective=size_bytes", "--flags=-g3", f"--param=IGNORED=0,{unread}")
    done = ckp(*TUNE, *QUICK, *words)
    assert done.returncode == 0, done.stderr
    first, second = (one.extra["tuning"] for one in trials_of(ckp_home, "tune-it"))
    assert second["costs"][0] > first["costs"][0] + 3000


@needs_gcc
def test_leaving_out_where_gains_are_differences(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """Nothing is a multiple of no errors at all."""
    meta, files = tuned_program()
    meta["run_cmds"]["default"]["run_time"]["fine_grain_timer_file"] = "tmp-ck-timer.json"
    files["main.c"] = files["main.c"].replace("int main(void) {", ERRORS)
    add_component("program", "it", meta, files)
    words = ("--objective=errors", "--param=WORK=4,1", "--param=env.NOBODY=1,2", "--json")
    done = ckp(*TUNE[:-1], "--strategy=random", "--seed=2", "--finals=8", *words)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["configuration"] == {"WORK": "1"}
    best = next(
        one for one in trials_of(ckp_home, "tune-it") if one.extra["tuning"]["costs"] == [0.0]
    )
    assert len(configuration_of(best)) == 2, "there is something to leave out"


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
