"""Where a search's builds lie: nobody else finds them, and nobody else's are removed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ck_core.analysis.interleaving import Slot
from ck_core.context import Context, SilentReporter
from ck_core.domain.cid import Cid
from ck_core.errors import RunError, StorageError
from ck_core.experiments.measuring.lanes import Lane
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.autotune import settled
from ck_core.tuning.bench import Bench, opened_bench
from ck_core.tuning.finals import measured_beside
from ck_core.tuning.plan import planned
from ck_core.workspace.tunings import tuning_options
from component_kit import program_meta
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import configuration_of, trials_of, tuned_program

pytestmark = needs_gcc
OWN = ("autotune", "program:it", "--compiler=gcc", "--tune=own", "--strategy=exhaustive")
FEW = ("--finals=3", "--repeat=2", "--no-reduction", "--seed=1")
GONE = """
#include <stdio.h>
#include <unistd.h>
#ifndef GONE
#define GONE 0
#endif
int main(int count, char **words) {
  (void)count;
  if (GONE) unlink(words[0]);
  puts("hello");
  return GONE == 1;
}
"""


@contextmanager
def bench() -> Iterator[Bench]:
    """Of the program ``it``, with its own parameters."""
    choices: dict[str, object] = {
        "compiler": "gcc",
        "groups": ["own"],
        "own": {"BROKEN": [0, 2], "GONE": [0, 1]},
        "objectives": ["wall_s"],
    }
    context = Context(SilentReporter())
    options = settled(tuning_options(Cid("program", "it"), choices), context)
    space = planned(options, context).space
    with opened_bench(options, space, context, uid="a" * 16, title="here") as found:
        yield found


def runs(home: Path) -> list[Path]:
    return sorted((home / "cache" / "runs").iterdir())


def shared_builds(home: Path) -> list[Path]:
    """Those that every later command finds."""
    return sorted((home / "cache" / "builds").glob("[!.]*/build-*"))


def private_builds(home: Path) -> list[Path]:
    return sorted((home / "cache" / "builds").glob(".ckp-*"))


def test_nothing_of_a_search_is_left_but_the_program_as_it_is(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """With its reduction, which builds the winner again and again."""
    add_component("program", "it", *tuned_program())
    done = ckp(*OWN, "--finals=3", "--seed=1", "--param=WORK=2,1", "--param=IGNORED=0,1")
    assert done.returncode == 0, done.stderr
    assert len(shared_builds(ckp_home)) == 1
    assert private_builds(ckp_home) == []


def test_a_build_that_somebody_else_has_made_is_used_and_stays(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    flags = ("--flags=-O3 -DWORK=1", "--repeat=1")
    assert ckp("compile", "program:it", "--compiler=gcc", flags[0]).returncode == 0
    before = shared_builds(ckp_home)
    done = ckp(*OWN, *FEW, "--flags=-O3", "--param=WORK=4,1")
    assert done.returncode == 0, done.stderr
    assert {*before} <= {*shared_builds(ckp_home)}
    assert "failed" not in done.stdout


def test_what_differs_only_in_variables_shares_its_build(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """Those that are built side by side: one that has been measured takes it from no other."""
    add_component("program", "it", *tuned_program())
    values = ",".join(map(str, range(2 + (os.cpu_count() or 1))))
    done = ckp(*OWN, *FEW, "--param=WORK=2,1", f"--param=env.NOBODY_READS={values}")
    assert done.returncode == 0, done.stderr
    trials = trials_of(ckp_home, "tune-it")
    assert {one.status for one in trials} == {"ok"}
    assert len(trials) == 2 * (2 + (os.cpu_count() or 1))


@pytest.mark.parametrize("keeps_failed", [True, False])
def test_files_of_a_failed_run_stay_where_somebody_is_told_of_them(
    add_component: AddComponent, ckp_home: Path, *, keeps_failed: bool
) -> None:
    add_component("program", "it", *tuned_program())
    with bench() as found:
        workshop = found.workshop
        (broken,) = workshop.built([{"BROKEN": "2"}])
        lane = Lane.opened(
            broken.series, workshop.contexts, workshop.launcher, keeps_failed=keeps_failed
        )
        with pytest.raises(RunError) as failed:
            lane.measure(Slot(block=0, variant=0), 0)
        lane.close(failed.value)
    assert len(runs(ckp_home)) == keeps_failed


def test_failed_candidates_leave_no_files(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    done = ckp(*OWN, *FEW, "--param=BROKEN=0,2")
    assert done.returncode == 0, done.stderr
    assert [one.stage for one in trials_of(ckp_home, "tune-it")] == ["", "run"]
    assert runs(ckp_home) == []


def test_finals_leave_nothing_but_points(add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *tuned_program())
    roles = {"sound": {"BROKEN": "0"}, "broken": {"BROKEN": "2"}}
    with bench() as found:
        finalists = measured_beside(roles, 2, found.workshop, found.journal)
        assert [one.failed for one in finalists] == [False, True]
        assert [*found.workshop.builds.directory.iterdir()] == []


def test_finals_that_end_early_leave_nothing(add_component: AddComponent, ckp_home: Path) -> None:
    """One binary vanishes, which no configuration is to blame for."""
    files = {"main.c": GONE, "reference/default/none/stdout.txt": "hello\n"}
    add_component("program", "it", program_meta(), files)
    roles = {"sound": {"GONE": "0"}, "gone": {"GONE": "1"}}
    with bench() as found:
        with pytest.raises(StorageError):
            measured_beside(roles, 2, found.workshop, found.journal)
        assert [*found.workshop.builds.directory.iterdir()] == []
    assert runs(ckp_home) == []


@pytest.mark.skipif(not shutil.which("taskset"), reason="of util-linux")
def test_as_many_builds_at_a_time_as_it_may_use_cores(
    add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    words = (sys.executable, "-m", "ck_core", *OWN, *FEW, "--param=WORK=2,1", "--evaluations=1")
    core = str(min(os.sched_getaffinity(0)))
    subprocess.run(["taskset", "--cpu-list", core, *words], check=True, capture_output=True)
    (settings,) = (ckp_home / "repos/local/experiment/tune-it").glob("tuning-*.json")
    assert json.loads(settings.read_text("utf-8"))["options"]["care"]["builds"] == 1


@pytest.mark.slow
def test_two_searches_of_one_program_at_once(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    words = [sys.executable, "-m", "ck_core", *OWN, *FEW, "--from-scratch"]
    words += ["--param=WORK=2,1", "--param=IGNORED=0,1,2,3"]
    both = [
        subprocess.Popen(
            [*words, f"--record-uoa={name}"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        for name in ("one", "other")
    ]
    errors = [child.communicate(timeout=300)[1].decode() for child in both]
    assert [child.returncode for child in both] == [0, 0], errors
    for name in ("one", "other"):
        trials = trials_of(ckp_home, name)
        assert len(trials) == 8
        assert {one.error for one in trials} == {""}


def test_what_a_killed_search_leaves_is_mended(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *tuned_program())
    words = [sys.executable, "-m", "ck_core", *OWN, "--param=WORK=9,8,7,6,5,4"]
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not any(one.glob("*/build-*") for one in private_builds(ckp_home)):
        assert child.poll() is None
        time.sleep(0.02)
    assert "ckp-" not in ckp("doctor").stdout.replace(str(ckp_home), "")  # it is at work
    child.send_signal(signal.SIGKILL)
    child.wait()
    (left,) = private_builds(ckp_home)
    assert str(left) in ckp("doctor").stdout
    assert private_builds(ckp_home) == []


@pytest.mark.parametrize("how", ["1", "2"], ids=["and fails", "and seems to work"])
def test_a_binary_that_vanished_is_no_failure_of_its_configuration(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, how: str
) -> None:
    meta = program_meta(ignore_return_code="yes" if how == "2" else "no")
    add_component(
        "program", "it", meta, {"main.c": GONE, "reference/default/none/stdout.txt": "hello\n"}
    )
    done = ckp(*OWN, *FEW, f"--param=GONE=0,{how}", "--param=OTHER=0,1")
    assert done.returncode == 12, done.stdout
    assert "vanished" in done.stderr
    assert "Traceback" not in done.stderr
    found = trials_of(ckp_home, "tune-it")
    assert all(one.status == "ok" for one in found)
    assert all("GONE" not in configuration_of(one) for one in found)


def test_a_run_whose_binary_vanished_is_told_so(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", program_meta(), {"main.c": GONE})
    done = ckp("run", "program:it", "--compiler=gcc", "--flags=-DGONE=1")
    assert done.returncode == 12
    assert "vanished" in done.stderr
    assert "df -h" not in done.stderr


def test_a_build_whose_directory_vanished_is_told_so(ckp: Ckp, add_component: AddComponent) -> None:
    remove = """sh -c 'rm -rf "$(dirname "$PWD")"; exit 1'"""
    meta = program_meta(compile_cmds={"default": {"cmd": remove}})
    add_component("program", "it", meta, {"main.c": GONE})
    done = ckp("compile", "program:it", "--compiler=gcc")
    assert done.returncode == 12, done.stderr
    assert "vanished" in done.stderr


def test_a_rebuild_takes_no_build_from_who_runs_it(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    """However old it was: it may have been taken from the cache a moment ago."""
    add_component("program", "it", *tuned_program())
    compiled = ("compile", "program:it", "--compiler=gcc")
    assert ckp(*compiled).returncode == 0
    (first,) = shared_builds(ckp_home)
    week_ago = time.time() - 7 * 24 * 3600
    os.utime(first, (week_ago, week_ago))
    assert ckp(*compiled, "--rebuild").returncode == 0
    assert first in shared_builds(ckp_home)
    assert len(shared_builds(ckp_home)) == 2
    os.utime(first, (week_ago, week_ago))  # now it was replaced so long ago
    assert ckp(*compiled, "--rebuild").returncode == 0
    assert first not in shared_builds(ckp_home)
