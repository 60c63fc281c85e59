"""``--constraint``: what a winner must hold, above all where the program as it is does not."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.context import Context, SilentReporter
from ck_core.domain.cid import Cid
from ck_core.domain.metric import Metric
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.domain.tuning.space import Space, key_of
from ck_core.domain.tuning.strategy import Problem, StrategyFactory, Trial
from ck_core.errors import UsageError
from ck_core.strategies.bandit import Bandit
from ck_core.strategies.genetic import Genetic
from ck_core.strategies.hill_climbing import HillClimbing
from ck_core.strategies.screening import Screening
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.constraints import FAILURE, broken, excess, read_constraints
from ck_core.tuning.guidance import as_told
from ck_core.tuning.memory import Finding
from ck_core.tuning.resuming import earlier_search
from experiments.benchmark_kit import needs_gcc, recorded
from tuning.tuning_kit import trials_of, tuned_program

OWN = (
    *("autotune", "program:it", "--compiler=gcc", "--tune=own", "--strategy=exhaustive"),
    *("--finals=12", "--seed=1"),
)
LOGGED = tuple(one.replace("=gcc", "=gcc@99") for one in OWN)
LOGGER = """#!/bin/sh
# Another version, or it would be taken for the gcc that it calls.
case "$1" in
  --version) {compiler} "$@" | sed -E 's/[0-9]+[.][0-9]+[.][0-9]+/99.0.0/g'; exit ;;
esac
echo "$*" >> {log}
exec {compiler} "$@"
"""
UID = "1" * 16
SMALL = "--constraint=size_bytes<300kB"
SCRATCH = "--from-scratch"


def small_and_slow() -> tuple[dict[str, Any], dict[str, str]]:
    """The more work, the smaller: what holds is slower than the program as it is."""
    meta, files = tuned_program()
    source = "#if WORK < 8\n#define PADDING 4\n#endif\n" + files["main.c"]
    return meta, {**files, "main.c": source}


def slow_where_small() -> tuple[dict[str, Any], dict[str, str]]:
    """Little padding makes it half as fast."""
    meta, files = tuned_program()
    source = files["main.c"].replace("n < WORK *", "n < (PADDING < 4 ? 2 : 1) * WORK *")
    return meta, {**files, "main.c": source}


@needs_gcc
def test_the_program_as_it_is_breaks_it_and_another_holds(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """Only the constraint keeps the reduction from taking the padding back."""
    add_component("program", "it", *slow_where_small())
    done = ckp(*OWN, SMALL, "--param=PADDING=4,2,5", "--param=WORK=8,1", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["configuration"] == {"PADDING": "2", "WORK": "1"}
    assert found["failures"] == {FAILURE: 4}
    assert found["breaks"] == []
    assert found["as_it_is_breaks"] == ["size_bytes<300kB"]
    gain = found["gains"][0]
    assert (gain["breaks"], gain["verdict"]) == (["size_bytes<300kB"], "faster")
    told = [one.extra["tuning"]["failure"] for one in trials_of(ckp_home, "tune-it")]
    assert told == [FAILURE, FAILURE, "", "", FAILURE, FAILURE]


@needs_gcc
def test_what_holds_is_said_to_be_slower_where_it_is(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", *small_and_slow())
    done = ckp(*OWN, SMALL, "--param=WORK=1,9,18")
    assert done.returncode == 0, done.stderr
    winner, as_it_is = done.stdout.splitlines()[1:3]
    assert winner.startswith("winner ")
    assert as_it_is.startswith("as it is (-O3 -DWORK=1) ")
    assert "slower" in as_it_is
    assert as_it_is.endswith("size_bytes<300kB")
    assert "the program as it is (-O3 -DWORK=1) breaks size_bytes<300kB" in done.stdout
    assert "-DWORK=9" in done.stdout


@needs_gcc
def test_nothing_holds(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *tuned_program())
    limits = ("--constraint=size_bytes<1kB", "--constraint=wall_s<1000")
    done = ckp(*OWN, *limits, "--param=PADDING=4,2,1")
    assert done.returncode == 15, done.stderr
    assert "none of 3 configurations of program:it holds size_bytes<1kB and wall_s" in done.stderr
    assert "nearest is -DPADDING=1, " in done.stderr
    assert "--param and --tune" in done.stderr
    assert len(trials_of(ckp_home, "tune-it")) == 3
    done = ckp(*OWN, *limits, "--param=PADDING=4,2,1", "--evaluations=2")
    assert done.returncode == 15
    assert "ckp autotune --resume experiment:tune-it --evaluations 4" in done.stderr


@needs_gcc
def test_the_budget_that_ended_it_is_told(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    search = (*OWN, "--constraint=size_bytes<1kB", "--param=PADDING=4,2,1")
    done = ckp(*search, "--max-time=0.001", "--record-uoa=late")
    assert done.returncode == 15, done.stderr
    assert re.search("ckp autotune --resume experiment:late --max-time [1-9]", done.stderr)
    done = ckp(*search, "--patience=1")
    assert done.returncode == 15, done.stderr
    more = "ckp autotune --resume experiment:tune-it --patience 2"
    assert f"{more};" in done.stderr
    assert len(trials_of(ckp_home, "tune-it")) == 1
    assert ckp(*more.split()[1:]).returncode == 15
    assert len(trials_of(ckp_home, "tune-it")) > 1


@needs_gcc
def test_no_frontier_holds_what_breaks_one(ckp: Ckp, add_component: AddComponent) -> None:
    """Not even the fastest, which is the program as it is."""
    add_component("program", "it", *small_and_slow())
    options = ("--objective=wall_s,size_bytes", "--param=WORK=1,9")
    done = ckp(*OWN, SMALL, *options, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [one["configuration"] for one in found["frontier"]] == [{"WORK": "9"}]
    assert found["as_it_is_breaks"] == ["size_bytes<300kB"]


@needs_gcc
@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--objective=wal_s", ["gives no metric 'wal_s'", "did you mean wall_s? it gives "]),
        ("--maximize=metrics", ["gives no metric 'metrics'", "size_bytes"]),
        ("--constraint=size_byte<3kB", ["no metric 'size_byte'", "did you mean size_bytes?"]),
        ("--constraint=cpu_s<9 and compiler=gcc", ["gives no metric 'compiler'", "it gives "]),
        ("--constraint=voluntary_switches<3kB", ["no number that voluntary_switches can have"]),
    ],
)
def test_a_misspelt_metric_is_told_after_the_first_run(
    ckp: Ckp, add_component: AddComponent, compiled: Path, option: str, said: list[str]
) -> None:
    """Not even what earlier searches found is built, nor an experiment made."""
    add_earlier_winners(add_component)
    add_component("program", "it", *tuned_program(backup_data_uid=UID))
    done = ckp(*LOGGED, "--param=WORK=4,1", option)
    assert done.returncode == 2, done.stderr
    assert all(one in done.stderr for one in said), done.stderr
    assert ckp("ls", "experiment:tune-it").stdout == ""
    assert "-DWORK=4" in compiled.read_text()
    assert "-DWORK=1" not in compiled.read_text()


def add_earlier_winners(add_component: AddComponent) -> None:
    """WORK=1, for what is misspelt as well: these are where a search begins."""
    result = {"schema": 1, "program": UID, "compiler": "gcc@12", "configuration": {"WORK": "1"}}
    for number, metric in enumerate(("wall_s", "wal_s", "metrics")):
        told = {**result, "objective": metric, "gain": 2.0}
        files = {f"tuned-{number:016x}.json": json.dumps(told)}
        add_component("experiment", f"earlier-{number}", {}, files)


@needs_gcc
def test_a_program_that_fails_as_it_is_is_told_at_once(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, compiled: Path
) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp(*LOGGED, "--param=BROKEN=3,0", "--param=WORK=4,1")
    assert done.returncode == 2
    assert "fails as it is (output)" in done.stderr
    assert not (ckp_home / "repos" / "local" / "experiment").exists()
    assert "-DBROKEN=3" in compiled.read_text()
    assert "-DBROKEN=0" not in compiled.read_text()


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the compiler of LOGGED writes what it is called with."""
    log, compiler = tmp_path / "calls", tmp_path / "bin" / "gcc"
    compiler.parent.mkdir()
    compiler.write_text(LOGGER.format(log=log, compiler=shutil.which("gcc")), encoding="utf-8")
    compiler.chmod(0o755)
    monkeypatch.setenv("PATH", f"{compiler.parent}{os.pathsep}{os.environ['PATH']}")
    return log


def test_units_are_told_before_anything_is_done(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp(*OWN, "--param=WORK=4,1", "--constraint=size_bytes<3ms")
    assert done.returncode == 2
    assert "'3ms' is no number that size_bytes can have" in done.stderr
    assert "..." not in done.stderr


@needs_gcc
def test_going_on_it_is_told_the_same_again(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """Else the strategy would ask for others than in one go."""
    add_component("program", "it", *tuned_program())
    more = [f"--param={name}=1,0" for name in ("A", "B", "C", "D")]
    search = (*OWN, SMALL, "--param=PADDING=4,2", *more, "--objective=size_bytes", SCRATCH)
    search = (*(one for one in search if one != "--strategy=exhaustive"), "--strategy=screening")
    done = ckp(*search, "--no-reduction", "--evaluations=10")
    assert done.returncode == 0, done.stderr
    done = ckp(*search, "--no-reduction", "--evaluations=4", "--record-uoa=halves")
    assert done.returncode in (0, 15)
    done = ckp("autotune", "--resume=experiment:halves", "--evaluations=10")
    assert done.returncode == 0, done.stderr
    one, other = (
        [point.extra["tuning"]["configuration"] for point in trials_of(ckp_home, name)]
        for name in ("tune-it", "halves")
    )
    assert one == other
    context = Context(SilentReporter())
    halves = context.store.get(Cid("experiment", "halves"))
    first = earlier_search(halves, context).findings[key_of({})]
    assert first.excess > 0.3
    assert first.measured


@needs_gcc
def test_the_last_runs_say_what_they_break(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp(*OWN, SMALL, "--param=PADDING=4,2")
    assert done.returncode == 0, done.stderr
    told = [one.extra["tuning"] for one in recorded(ckp_home, "tune-it")]
    last = {one["role"]: one["breaks"] for one in told if "role" in one}
    assert last["winner"] == []
    assert last["as it is"] == ["size_bytes<300kB"]


def metrics(**values: float | bool) -> dict[str, Metric]:
    return {name: Metric(name=name, value=value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("text", "is_held", "away"),
    [
        ("size_bytes<50kB", True, 0.0),
        ("metrics.size_bytes<20kB", False, 1.0),
        ("size_bytes>=80kB", False, 0.5),
        ("size_bytes<40kB", False, 1e-9),
        ("size_bytes<20kB and wall_s<1s", False, 2.0),
        ("size_bytes<20kB or wall_s<1s", False, 1.0),
        ("size_bytes<20kB or wall_s<3s", True, 0.0),
        ("not correct=true", False, 1.0),
        ("correct=true", True, 0.0),
        ("absent<1", False, 1.0),
        ("zero<0", False, 1e-9),
    ],
)
def test_how_far_it_is_from_holding(text: str, is_held: bool, away: float) -> None:  # noqa: FBT001  # from the table
    found = metrics(size_bytes=40_000, wall_s=2.0, correct=True, zero=0.0)
    constraints = read_constraints([text])
    assert broken(found, constraints) == (() if is_held else (text,))
    assert excess(found, constraints) == pytest.approx(away)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.sampled_from(["<", "<=", ">", ">="]))
def test_nothing_is_away_that_holds(value: float, limit: float, operator: str) -> None:
    constraints = read_constraints([f"score{operator}{limit:.6f}"])
    found = metrics(score=value)
    assert (excess(found, constraints) > 0) is bool(broken(found, constraints))


@given(st.text(max_size=30))
def test_any_constraint_is_read_or_refused(text: str) -> None:
    try:
        constraints = read_constraints([text])
    except UsageError:
        return
    assert excess(metrics(wall_s=1.0), constraints) >= 0


def switches(count: int) -> Space:
    names = (f"S{at}" for at in range(count))
    return Space(
        tuple(
            Parameter(name=one, values=("1", "0"), default="1", group="g", place=Place.MACRO)
            for one in names
        )
    )


@pytest.mark.parametrize("sign", [1, -1], ids=["small", "large"])
@pytest.mark.parametrize("make", [Screening, Genetic, HillClimbing, Bandit])
def test_strategies_find_the_way_to_what_holds(make: StrategyFactory, sign: int) -> None:
    """Each switch makes it smaller; most of thirty must be off: chance alone finds none."""
    space, limit = switches(30), read_constraints(["size_bytes<8"])
    strategy = make(Problem(space=space, seed=1, evaluations=200))

    def found(configuration: Any, number: int) -> Finding:
        size = len(space.parameters) - len(configuration)
        away = excess(metrics(size_bytes=size), limit)
        cost = sign * 5.0
        trial = Trial(
            configuration=configuration,
            costs=() if away else (cost,),
            failure=FAILURE if away else "",
        )
        return Finding(
            number=number, trial=trial, identity="", point="", measured=(cost,), excess=away
        )

    first = found({}, 0)
    strategy.tell(as_told(first, first))
    for number in range(1, 200):
        asked = strategy.ask()
        assert asked is not None
        one = found(asked, number)
        if not one.trial.failure:
            return
        strategy.tell(as_told(one, first))
    pytest.fail("nothing that holds")


def test_where_the_program_as_it_is_holds_others_fail() -> None:
    first, other = (
        Finding(
            number=at,
            trial=Trial(configuration={}, costs=costs, failure=failure),
            identity="",
            point="",
            measured=(2.0,),
            excess=float(at),
        )
        for at, (costs, failure) in enumerate([((2.0,), ""), ((), FAILURE)])
    )
    assert as_told(other, first) is other.trial
    assert as_told(first, first) is first.trial
