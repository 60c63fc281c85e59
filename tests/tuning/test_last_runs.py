"""Finals in which contenders fail, sizes that need no repetitions, and what is not proved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ck_core.analysis.tuning_ending import ending_of
from ck_core.analysis.tuning_texts import columns, commands, notes, rows
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.domain.tuning.options import Budget
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.reduction import reduction_limit_s
from ck_core.tuning.unchecked import unchecked
from experiments.benchmark_kit import needs_gcc, recorded
from tuning.ended_kit import last_runs
from tuning.tuning_kit import tuned_program

TUNE = (
    *("autotune", "program:it", "--compiler=gcc", "--tune=own", "--strategy=exhaustive"),
    *("--seed=1", "--flags=-DWORK=0"),
)
SIZE = (
    *(*TUNE, "--objective=size_bytes", "--param=PADDING=4,1,2", "--constraint=wall_s<99"),
    *("--repeat=1", "--finals=2"),
)
"""No speed decides, and yet contenders are measured again: the constraint may need it."""
FRAGILE = """
#include <stdio.h>
static int is_worn_out(void) {
  FILE *log = fopen(LOG, "a+");
  fputc('x', log);
  fseek(log, 0, SEEK_END);
  long runs = ftell(log);
  fclose(log);
  return runs > LIMIT;
}
"""
"""A program that is wrong after so many runs."""


def fragile(path: Path, runs: int, where: str) -> tuple[dict[str, Any], dict[str, str]]:
    meta, files = tuned_program()
    head = f'#define LIMIT {runs}\n#define LOG "{path / "log"}"\n{FRAGILE}'
    wrong = f'  if ({where} && is_worn_out()) puts("wrong");\n'
    source = files["main.c"].replace('  puts("hello");\n', wrong + '  puts("hello");\n')
    return meta, {**files, "main.c": head + source}


@needs_gcc
def test_the_next_contender_wins_where_the_first_fails_in_the_last_runs(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path
) -> None:
    """One run in the search, two in the finals: it fails in the one after these."""
    add_component("program", "it", *fragile(tmp_path, 3, "PADDING == 1"))
    done = ckp(*SIZE, "--no-reduction", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["configuration"] == {"PADDING": "2"}
    assert [one["over"] for one in found["gains"]] == ["as it is", "-O2"]
    assert {one["verdict"] for one in found["gains"]} == {"faster"}
    (note,) = [one for one in found["notes"] if "fails" in one]
    assert note == "winner (-DPADDING=1) fails when it is measured again (output) and cannot win"


@needs_gcc
def test_a_contender_that_fails_in_the_finals_is_told(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path
) -> None:
    add_component("program", "it", *fragile(tmp_path, 2, "PADDING == 1"))
    done = ckp(*SIZE, "--no-reduction")
    assert done.returncode == 0, done.stderr
    assert "contender 1 (-DPADDING=1) fails when it is measured again (output)" in done.stdout
    assert "-DPADDING=2" in done.stdout.partition("winner again: ")[2]


@needs_gcc
@pytest.mark.parametrize("runs", [4, 9])  # the search has three, the finals six
def test_all_contenders_fail(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path, runs: int
) -> None:
    """In the finals, or after them."""
    add_component("program", "it", *fragile(tmp_path, runs, "1"))
    done = ckp(*SIZE, "--no-reduction")
    assert done.returncode not in (0, 1), done.stdout
    assert "best configurations of program:it fail when they are measured again" in done.stderr
    assert "ckp show experiment:tune-it tells what was found" in done.stderr
    assert "Traceback" not in done.stderr


@needs_gcc
def test_of_a_size_each_is_run_once(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *tuned_program())
    words = ("--objective=size_bytes", "--param=PADDING=4,2,1", "--param=env.NOBODY=1,2")
    done = ckp(*TUNE, *words, "--repeat=5", "--finals=30")
    assert done.returncode == 0, done.stderr
    found = recorded(ckp_home, "tune-it")
    assert {len(one.characteristics.get("wall_s", "1")) for one in found} == {1}
    roles = {one.extra["tuning"].get("role") for one in found}
    assert roles == {None, "winner", "as it is", "-O2", "reduced"}
    head, winner, as_it_is, _ = done.stdout.splitlines()[:4]
    assert "speed" not in head
    assert " kB" in winner
    assert " kB  " in as_it_is
    assert as_it_is.split("  ")[-2].strip().endswith("% smaller")
    assert as_it_is.endswith("better")
    assert "-DPADDING=1" in done.stdout.partition("winner again: ")[2]


@needs_gcc
def test_a_time_among_constraints_needs_repetitions(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    words = ("--objective=size_bytes", "--constraint=wall_s<99", "--param=PADDING=2,1")
    done = ckp(*TUNE, *words, "--repeat=2", "--finals=3", "--no-reduction")
    assert done.returncode == 0, done.stderr
    last = [one for one in recorded(ckp_home, "tune-it") if "trial" not in one.extra]
    assert {len(one.characteristics["wall_s"]) for one in last} == {3}


@needs_gcc
def test_too_few_finals_prove_nothing(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", *tuned_program())
    search = (*(one for one in TUNE if "WORK" not in one), "--param=WORK=6,1", "--finals=3")
    done = ckp(*search)
    assert done.returncode == 0, done.stderr
    assert "--finals 3 can prove nothing: 99 % needs 8" in done.stderr
    assert (
        "nothing better than the program as it is (-O3 -DWORK=6) was found: keep it" in done.stdout
    )
    assert "too few repetitions to decide: 99 % needs 8 at the least: --finals 8" in done.stdout
    assert "again:" not in done.stdout
    found = json.loads(ckp("autotune", "--resume=experiment:tune-it", "--json").stdout)
    assert (found["proved"], found["configuration"], found["command"]) == (False, {}, "")


def ended(values: dict[str, float], name: str, *, maximize: bool = False) -> list[Point]:
    """By role; each has one value of that name, which is in no repetition."""
    aims = ({"metric": name, "maximize": maximize},)
    points = [*last_runs(0, dict.fromkeys(values, 1.0), "a" * 16, aims)]
    for one, value in zip(points, values.values(), strict=True):
        one.metrics[name] = Metric(name=name, value=value)  # type: ignore[index]  # of this test
    return points


def shown(points: list[Point]) -> tuple[str, list[str]]:
    ending = ending_of(points)
    assert ending is not None
    return columns(ending)[2], [row[2] for row in rows(ending)][1:]


@pytest.mark.parametrize(
    ("values", "name", "maximize", "said"),
    [
        ((-1000, -1), "score", False, "999 less"),
        ((-1, 0), "score", False, "1 less"),
        ((0, -1), "score", False, "1 more"),
        ((5, 0), "score", True, "5 more"),
        ((0, 0.01), "system_s", False, "10 ms less"),
        ((133_000, 146_000), "size_bytes", False, "8.9 % smaller"),
        ((146_000, 133_000), "size_bytes", False, "9.8 % larger"),
        ((133_000, 133_000), "size_bytes", False, "the same"),
        ((146_000, 133_000), "size_bytes", True, "9.8 % larger"),
    ],
)
def test_differences_are_no_ratios(
    values: tuple[float, float],
    name: str,
    maximize: bool,  # noqa: FBT001  # from the table
    said: str,
) -> None:
    points = ended(dict(zip(("winner", "as it is"), values, strict=True)), name, maximize=maximize)
    title, texts = shown(points)
    assert title in ("winner's gain", "its gain")
    assert texts == [said]


def test_what_is_not_proved_is_not_recommended() -> None:
    same = ending_of([*last_runs(0, {"winner": 0.1, "as it is": 0.1}, "a" * 16)])
    slower = ending_of([*last_runs(0, {"winner": 0.2, "as it is": 0.1}, "a" * 16)])
    for one in (same, slower):
        assert one is not None
        assert not [*commands(one, "here")]
        assert columns(one)[2] == "its speed-up"
        assert [row[0] for row in rows(one)] == ["best found", "as it is (-O3 -f1)"]
        assert [*notes(one)] == [
            "nothing better than the program as it is (-O3 -f1) was found: keep it"
        ]


def test_outputs_that_nobody_checks() -> None:
    correct = {"correct": Metric(name="correct", value=True)}
    unknown = {"correct": Metric(name="correct", value=None, detail="no reference")}
    assert unchecked("it", correct, allow_inexact=True) == ""
    assert "not checked (no reference)" in unchecked("it", unknown, allow_inexact=False)
    warning = unchecked("it", {}, allow_inexact=True)
    assert "though values that may change results are tried" in warning
    assert "ckp run program:it --record_reference" in warning


@needs_gcc
def test_it_is_told_that_outputs_are_not_checked(ckp: Ckp, add_component: AddComponent) -> None:
    meta, files = tuned_program()
    add_component("program", "it", meta, {"main.c": files["main.c"]})
    done = ckp(*TUNE, "--param=IGNORED=0,1", "--finals=2", "--no-reduction")
    assert done.returncode == 0, done.stderr
    for text in (done.stderr, done.stdout):
        assert "outputs of program:it are not checked" in text


@needs_gcc
def test_leaving_out_goes_on_until_it_is_done(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """Of a size, so that no speed decides: all values are tried, and each phase is told."""
    add_component("program", "it", *tuned_program())
    more = [f"--param=env.V{at}=0,1" for at in range(6)]
    words = ("--objective=size_bytes", "--param=PADDING=4,1", *more, "--evaluations=24")
    search = (*(one for one in TUNE if "exhaustive" not in one), "--strategy=random")
    done = ckp(*search, *words, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["configuration"] == {"PADDING": "1"}
    assert not [one for one in found["notes"] if "left out" in one]
    assert "finals 1 of 2: leaving out what does not matter: " in done.stderr
    assert "finals 2 of 2: the winner beside the baselines" in done.stderr


@pytest.mark.parametrize(
    ("max_time_s", "searched_s", "limit_s"),
    [(None, 20.0, 1800.0), (None, 7200.0, 7200.0), (3600.0, 20.0, 3600.0), (0.1, 20.0, 60.0)],
)
def test_how_long_leaving_out_may_take(
    max_time_s: float | None, searched_s: float, limit_s: float
) -> None:
    """However short the search was, there is time enough for ninety flags."""
    assert reduction_limit_s(Budget(max_time_s=max_time_s), searched_s) == limit_s
