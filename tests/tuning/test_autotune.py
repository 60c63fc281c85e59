"""``ckp autotune`` on real programs: what it finds, what it refuses to believe, what it keeps."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import configuration_of, trials_of, tuned_program

pytestmark = needs_gcc
TUNE = ("autotune", "program:it", "--tune=own", "--finals=12", "--seed=1")
OWN = (*TUNE, "--compiler=gcc")


def tuned(
    ckp: Ckp, *options: str, compiler: str = "gcc", objective: str = "cpu_s"
) -> dict[str, Any]:
    """By what other programs on the machine disturb least."""
    asked = (f"--compiler={compiler}", f"--objective={objective}", "--json")
    done = ckp(*TUNE, *asked, *options)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_faster_one_wins(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *tuned_program())
    found = tuned(ckp, "--strategy=exhaustive", "--param=WORK=16,4,0", "--param=IGNORED=0,1")
    assert found["configuration"] == {"WORK": "0"}
    gain = found["gains"][0]
    assert gain["verdict"] == "faster"
    assert gain["low"] > 1.5
    assert found["evaluations"] == 6
    trials = trials_of(ckp_home, "tune-it")
    assert len(trials) == 6
    assert {one.status for one in trials} == {"ok"}
    runs = [len(one.characteristics.get("wall_s", ())) for one in trials]
    assert max(runs) == 4 * runs[0]  # of a new best, half of them beside the program as it is


def test_the_same_code_is_measured_once(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    tuned(ckp, "--strategy=exhaustive", "--param=IGNORED=0,1,2,3")
    trials = trials_of(ckp_home, "tune-it")
    assert [len(one.characteristics.get("wall_s", ())) > 0 for one in trials] == [True] + 3 * [
        False
    ]
    assert all(trials[0].uid in one.notes[0] for one in trials[1:])
    assert len({tuple(one.extra["tuning"]["costs"]) for one in trials}) == 1


@pytest.mark.parametrize("words", [(), ("--no-reduction",)], ids=["reduced", "as found"])
def test_a_tuning_that_changes_nothing_reports_no_gain(
    ckp: Ckp, add_component: AddComponent, words: tuple[str, ...]
) -> None:
    """The variable is the environment's: the code is the same, and yet all are measured.

    One in two hundred is told as faster by chance (``test_false_gains``), but none by 5 %.
    """
    add_component("program", "it", *tuned_program())
    found = tuned(ckp, "--strategy=exhaustive", "--param=env.NOBODY_READS=0,1,2,3", *words)
    (gain,) = (one for one in found["gains"] if one["over"] == "as it is")
    assert gain["low"] < 1.05


@pytest.mark.parametrize(
    ("how", "failure"), [("1", "build"), ("2", "run"), ("3", "output"), ("4", "timeout")]
)
def test_what_fails_is_a_failed_point_and_never_wins(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, how: str, failure: str
) -> None:
    add_component("program", "it", *tuned_program())
    options = ("--strategy=exhaustive", f"--param=BROKEN=0,{how}", "--param=WORK=4,0")
    found = tuned(ckp, *options)
    assert found["configuration"] == {"WORK": "0"}
    assert found["failures"] == {failure: 2}
    failed = [one for one in trials_of(ckp_home, "tune-it") if one.status == "failed"]
    assert {one.stage for one in failed} == {failure}
    assert {configuration_of(one)["BROKEN"] for one in failed} == {how}


def test_a_program_that_fails_as_it_is(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp(*OWN, "--strategy=exhaustive", "--param=BROKEN=3,0")
    assert done.returncode == 2
    assert "fails as it is (output)" in done.stderr
    assert "ckp run program:it" in done.stderr


def test_what_does_not_matter_is_dropped(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", *tuned_program())
    options = ["--param=WORK=8,0", *(f"--param=IGNORED{n}=0,1" for n in range(6))]
    found = tuned(ckp, "--strategy=random", "--evaluations=12", *options)
    assert found["configuration"] == {"WORK": "0"}


def killed_and_resumed(ckp: Ckp, home: Path, kill: signal.Signals) -> tuple[list[str], list[str]]:
    """UIDs of the trials before and after."""
    options = ("--strategy=random", "--evaluations=14", "--param=WORK=3,2,1", "--param=IGNORED=0,1")
    more = [f"--param=env.V{n}=0,1" for n in range(4)]
    command = [sys.executable, "-m", "ck_core", *OWN, *options, *more, "--no-reduction"]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    points = home / "repos" / "local" / "experiment" / "tune-it" / "points.jsonl"
    while not points.exists() or points.read_bytes().count(b"\n") < 5:
        assert child.poll() is None, child.communicate()
        time.sleep(0.02)
    os.kill(child.pid, kill)
    child.communicate()
    before = [one.uid for one in trials_of(home, "tune-it")]
    done = ckp("autotune", "--resume=experiment:tune-it", "--json")
    assert done.returncode == 0, done.stderr
    return before, [one.uid for one in trials_of(home, "tune-it")]


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_goes_on_where_it_stood(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, kill: signal.Signals
) -> None:
    add_component("program", "it", *tuned_program())
    before, after = killed_and_resumed(ckp, ckp_home, kill)
    assert 5 <= len(before) < 14
    assert after[: len(before)] == before
    assert len(after) == 14
    trials = trials_of(ckp_home, "tune-it")
    assert len({json.dumps(configuration_of(one), sort_keys=True) for one in trials}) == 14


def test_a_larger_budget_goes_on(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *tuned_program())
    param = [f"--param=env.V{n}=0,1" for n in range(5)]
    tuned(ckp, "--strategy=random", "--evaluations=4", "--no-reduction", *param)
    before = trials_of(ckp_home, "tune-it")
    done = ckp("autotune", "--resume=experiment:tune-it", "--evaluations=7", "--json")
    assert done.returncode == 0, done.stderr
    after = trials_of(ckp_home, "tune-it")
    assert after[:4] == before
    assert len(after) == 7


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--strategy=nonsense", "--param=WORK=1,2"], "there is no strategy 'nonsense'"),
        (["--tune=nothing"], "there are no parameters of group 'nothing'"),
        (["--param=WORK=1"], "one value only"),
        (
            ["--param=WORK=1,2", "--objective=wall_s", "--maximize=wall_s"],
            "an objective twice",
        ),
        (["--param=WORK=1,2", "--constraint=wall_s<"], "wall_s<"),
        (["--tune=own", "--param=WORK=1,2", "--objective=nonsense"], "no metric 'nonsense'"),
    ],
)
def test_impossible_wishes(
    ckp: Ckp, add_component: AddComponent, options: list[str], said: str
) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp("autotune", "program:it", "--compiler=gcc", *options)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr


def test_nothing_to_resume(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("experiment", "empty", {})
    done = ckp("autotune", "--resume=experiment:empty")
    assert done.returncode == 2
    assert "no search was recorded" in done.stderr


@pytest.mark.slow
def test_a_search_begins_with_what_earlier_ones_found(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    options = ("--param=WORK=16,8,4,2,0", "--strategy=exhaustive")
    assert tuned(ckp, *options)["configuration"] == {"WORK": "0"}
    more = [f"--param=IGNORED{n}=0,1" for n in range(8)]
    again = ("--evaluations=2", "--no-reduction", "--record-uoa=again")
    tuned(ckp, *options, *more, *again)
    assert [configuration_of(one) for one in trials_of(ckp_home, "again")] == [{}, {"WORK": "0"}]
    tuned(ckp, *options, *more, *again[:-1], "--from-scratch", "--record-uoa=scratch")
    assert {"WORK": "0"} not in map(configuration_of, trials_of(ckp_home, "scratch"))


def test_several_objectives_give_a_frontier(ckp: Ckp, add_component: AddComponent) -> None:
    """PADDING makes it larger and WORK faster: neither the first nor the last is beaten."""
    add_component("program", "it", *tuned_program())
    options = ("--param=WORK=8,0", "--param=PADDING=1,9")
    found = tuned(ckp, "--strategy=exhaustive", *options, objective="cpu_s,size_bytes")
    assert found["configuration"] is None
    frontier = [one["configuration"] for one in found["frontier"]]
    assert {"WORK": "0"} in frontier
    assert {} not in frontier
    assert found["frontier"][0]["values"].keys() == {"cpu_s", "size_bytes"}


WRAPPER = """#!/bin/sh
# A compiler with a bug: one flag makes programs quick and wrong.
case "$1" in
  --version) {compiler} "$@" | sed -E 's/[0-9]+[.][0-9]+[.][0-9]+/99.0.0/g'; exit ;;
esac
for word in "$@"; do
  shift
  case "$word" in
    -fplanted=2) set -- "$@" -DBROKEN=3 ;;
    -fplanted=*) ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec {compiler} "$@"
"""


def test_a_flag_that_makes_wrong_code_is_never_reported(
    ckp: Ckp,
    add_component: AddComponent,
    ckp_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_component("program", "it", *tuned_program())
    compiler = tmp_path / "bin" / "gcc"
    compiler.parent.mkdir()
    compiler.write_text(WRAPPER.format(compiler=shutil.which("gcc")), encoding="utf-8")
    compiler.chmod(0o755)
    monkeypatch.setenv("PATH", f"{compiler.parent}{os.pathsep}{os.environ['PATH']}")
    options = ("--strategy=exhaustive", "--param=-fplanted=1,2", "--param=WORK=8,0")
    found = tuned(ckp, *options, compiler="gcc@99")
    trials = trials_of(ckp_home, "tune-it")
    assert {one.path for point in trials for one in point.resolved} == {str(compiler)}
    assert found["failures"] == {"output": 2}
    assert found["configuration"] == {"WORK": "0"}
    wrong = [one for one in trials if "-fplanted=2" in configuration_of(one).values()]
    assert {(one.status, one.stage) for one in wrong} == {("failed", "output")}
