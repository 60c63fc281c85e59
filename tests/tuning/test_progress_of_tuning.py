"""What is shown while a search goes on: on a terminal one line, in a log a line now and then."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest

from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.strategy import Trial
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.beside import Beside
from ck_core.tuning.memory import Finding, Memory
from ck_core.tuning.progress import best_text
from environments.terminal import on_terminal
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import tuned_program

SEARCH = (
    *("autotune", "program:it", "--compiler=gcc", "--tune=own", "--strategy=exhaustive"),
    *("--param=WORK=8,1", "--param=BROKEN=0,2", "--finals=2", "--seed=1", "--max-time=3000"),
)
INTERVAL = r"(?: \[[\d.]+, [\d.]+\])?"
"""None where repetitions are found to follow each other."""
SCRIPT = """
import time
from ck_core.cli.tuning_progress import TuningReporter

with TuningReporter().progress("tuning it") as tell:
    {calls}
"""


@needs_gcc
def test_a_terminal_shows_one_line_that_changes(add_component: AddComponent) -> None:
    add_component("program", "it", *tuned_program())
    text = on_terminal([sys.executable, "-m", "ck_core", *SEARCH], columns=90)
    seen = re.findall(
        rf"tuning it: best [\d.]+x{INTERVAL}, 2 failed, 0:0\d:\d\d left +4 of 4", text
    )
    assert seen
    assert "tuning it: nothing better yet" in text


@needs_gcc
def test_a_log_has_a_line_now_and_then(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp(*SEARCH)
    assert done.returncode == 0, done.stderr
    lines = [one for one in done.stderr.splitlines() if one.startswith("ckp: tuning it")]
    assert lines[0] == "ckp: tuning it ..."
    assert len(lines) == 5
    last = rf"ckp: tuning it: 4 of 4: best [\d.]+x{INTERVAL}, 2 failed, 0:00:00 left"
    assert re.fullmatch(last, lines[-1])
    assert "nothing better yet" in lines[1]


def logged(calls: str) -> list[str]:
    script = SCRIPT.format(calls=calls)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return done.stderr.splitlines()


def test_of_many_trials_each_tenth_is_told() -> None:
    lines = logged("[tell(f'best {n}x', n, 200) for n in range(1, 201)]")
    assert len(lines) == 11
    assert lines[1] == "ckp: tuning it: 20 of 200: best 20x"
    assert lines[-1] == "ckp: tuning it: 200 of 200: best 200x"


def test_of_an_unknown_whole_nothing_is_told_at_once() -> None:
    assert len(logged("[tell('x', n, 0) for n in range(1000)]")) == 1


def test_a_narrow_terminal_cuts_the_line() -> None:
    calls = "[(tell('best 1.23x ' + 'y' * 100, n, 9), time.sleep(.15)) for n in range(3)]"
    text = on_terminal([sys.executable, "-c", SCRIPT.format(calls=calls)], columns=60)
    assert "best 1.23x" in text
    assert "\N{HORIZONTAL ELLIPSIS}" in text
    assert text.count("\x1b[1A") == 1  # only at the end, when the line goes


def finding(number: int, values: tuple[float, ...], *, cost: float | None = None) -> Finding:
    """One without a cost failed."""
    costs = () if cost is None else (cost,)
    trial = Trial(
        configuration={"N": str(number)}, costs=costs, failure="" if costs else "constraint"
    )
    return Finding(number=number, trial=trial, identity="", point="", values=values)


TIME, SIZE = Objective(), Objective(metric="size_bytes")
RATE = Objective(metric="ops_per_s", maximize=True)
FIVE, TEN = (5.0, 5.1, 5.2, 5.0, 5.1), (10.0, 10.2, 10.4, 10.0, 10.2)


@pytest.mark.parametrize(
    ("objective", "first", "best", "said"),
    [
        (TIME, finding(0, TEN, cost=10), finding(1, FIVE, cost=5), r"best 2x \[1\.9\d?, 2\.\d+\]"),
        (
            RATE,
            finding(0, FIVE, cost=-5),
            finding(1, TEN, cost=-10),
            r"best 2x \[1\.9\d?, 2\.\d+\]",
        ),
        (TIME, finding(0, TEN), finding(1, FIVE, cost=5), r"best 2x \[1\.9\d?, 2\.\d+\]"),
        (TIME, finding(0, (10.0,), cost=10), finding(1, (5.0,), cost=5), "best 2x"),
        (SIZE, finding(0, (), cost=4e4), finding(1, (), cost=2e4), "best 20 kB"),
        (TIME, finding(0, TEN, cost=10), finding(1, TEN, cost=11), "nothing better yet"),
        (TIME, finding(0, TEN), finding(1, FIVE), "none holds the constraint yet"),
    ],
)
def test_the_best_so_far(objective: Objective, first: Finding, best: Finding, said: str) -> None:
    memory = Memory()
    for one in (first, best):
        memory.add(one)
    assert re.fullmatch(said, best_text(memory, objective))


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (finding(0, FIVE, cost=5), "nothing better yet"),
        (finding(0, FIVE), r"best 0\.5x.*"),  # it breaks a constraint, which the other holds
    ],
)
def test_what_beat_only_another_is_not_the_best(first: Finding, said: str) -> None:
    memory = Memory()
    memory.add(first)
    beside = Beside(point="", cost=5, values=TEN, as_it_is_cost=5, as_it_is=FIVE)
    memory.add(replace(finding(1, FIVE + TEN, cost=10), beside=beside))
    assert re.fullmatch(said, best_text(memory, TIME))
