"""Monitor ``counters``: the kernel's events of each repetition."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from ck_core.builtin import perf_counters
from ck_core.builtin.monitored import postprocess
from ck_core.domain.instruments import EventCount, Observed
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.system.machine.tree import Tree
from ck_core.system.measuring import measure, measuring_session
from ck_core.system.perf import EVENTS, refusal
from ck_core.testing.checks import check_plugin
from ck_core.testing.namespaces import can_mount, in_namespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # where it runs as a program
from monitors.monitor_kit import claimed, request, write_tree

COUNTERS = frozenset({"counters"})
FAULTS = "x = bytearray(40_000_000)"


def counted_here() -> bool:
    """Whether this kernel counts at least page faults for this user."""
    if not sys.platform.startswith("linux"):
        return False
    directory = Path("/tmp") / f"ckp-events-{os.getpid()}"  # noqa: S108
    asked = request(directory, "true")
    asked.instruments.events["page_faults"] = EVENTS["page_faults"]
    try:
        found = measure(asked).repetitions[0].observed.events
    finally:
        shutil.rmtree(directory)
    return not found["page_faults"].error


here = pytest.mark.skipif(not counted_here(), reason="the kernel does not let this user count")


def test_ckp_accepts_it() -> None:
    assert check_plugin(perf_counters) == ("run",)


def test_nothing_is_counted_unless_asked(tmp_path: Path) -> None:
    result = claimed(request(tmp_path / "run", "true"))
    assert not result.notes
    assert not result.repetitions[0].monitored


@here
@pytest.mark.parametrize("in_session", [False, True])
def test_each_repetition_has_its_own_values(tmp_path: Path, in_session: bool) -> None:  # noqa: FBT001
    script = "import os; x = bytearray(40_000_000 if os.path.exists('../seen') else 1)"
    asked = request(
        tmp_path / "run", sys.executable, "-c", f"{script}; open('../seen', 'w')",
        repetitions=2, monitors=COUNTERS,
    )  # fmt: skip
    if in_session:
        with measuring_session() as session:
            first, second = claimed(asked, session).repetitions
    else:
        first, second = claimed(asked).repetitions
    more = second.monitored["page_faults"] - first.monitored["page_faults"]
    assert 9_000 < more < 12_000  # 40 MB are 9766 pages
    assert 0 < first.monitored["task_clock_s"] <= first.wall_s * 1.01


@here
def test_children_count_and_the_waiting_shell_does_not(tmp_path: Path) -> None:
    asked = request(tmp_path / "run", "true", monitors=COUNTERS, repetitions=5)
    alone = claimed(asked).repetitions
    words = ("sh", "-c", "true; /bin/true; /bin/true; /bin/true & wait")
    tree = claimed(replace(asked, arguments=words)).repetitions
    few, many = (median(one.monitored["page_faults"] for one in found) for found in (alone, tree))
    assert few < 150
    assert many > few + 3 * 0.7 * few


@here
@pytest.mark.parametrize(
    ("script", "error"),
    [("kill -SEGV $$", "signal 11"), ("exit 3", "status 3"), ("sleep 9", "time limit")],
)
def test_counting_hides_no_failure(tmp_path: Path, script: str, error: str) -> None:
    """As ``perf stat -- PROGRAM`` does, which ends with 0 where a signal killed the program."""
    asked = request(tmp_path / "run", "sh", "-c", script, monitors=COUNTERS, timeout_s=0.5)
    assert error in claimed(asked).error


@here
def test_counting_costs_neither_time_nor_memory(tmp_path: Path) -> None:
    asked = request(tmp_path / "run", "true", repetitions=30)
    with measuring_session() as session:
        pairs = [
            [
                claimed(one, session).repetitions
                for one in (asked, replace(asked, monitors=COUNTERS))
            ]
            for _ in range(2)
        ]
    plain = [one for pair in pairs for one in pair[0]]
    counted = [one for pair in pairs for one in pair[1]]
    assert median(one.peak_memory_bytes or 0 for one in counted) < 4_000_000
    slower = median(one.wall_s for one in counted) - median(one.wall_s for one in plain)
    assert slower < 0.002


@here
@pytest.mark.skipif(shutil.which("perf") is None, reason="linux-perf is not installed")
def test_perf_stat_counts_the_same(tmp_path: Path) -> None:
    program = [sys.executable, "-c", FAULTS]
    asked = request(tmp_path / "run", *program, repetitions=5, monitors=COUNTERS)
    ours = median(one.monitored["page_faults"] for one in claimed(asked).repetitions)
    told = tmp_path / "perf.csv"
    command = ["perf", "stat", "-x,", "-o", str(told), "-e", "page-faults", "--", *program]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("perf does not work here")
    theirs = float(told.read_text().splitlines()[-1].partition(",")[0])
    assert abs(ours - theirs) < 0.01 * theirs


@here
def test_what_this_machine_does_not_count_is_told_once(tmp_path: Path) -> None:
    result = claimed(request(tmp_path / "run", "true", repetitions=3, monitors=COUNTERS))
    missing = EVENTS.keys() - {"task_clock_ns"} - result.repetitions[0].monitored.keys()
    for name in missing:
        assert name in result.notes["counters"]
    reasons = ("this machine offers no such counter", "users may not count them")
    assert not missing or any(one in result.notes["counters"] for one in reasons)


def test_what_users_may_not_count_is_no_zero(tmp_path: Path) -> None:
    """The kernel counts switches inside itself, which it does not show to everybody.

    Who is root in a namespace alone is an ordinary user to it.
    """
    if not can_mount():
        pytest.skip("needs user namespaces")
    done = in_namespace(f"{sys.executable} {__file__} {tmp_path}/run")
    assert done.returncode == 0, done.stderr
    monitored, note = json.loads(done.stdout)
    if not monitored:
        pytest.skip(f"nothing is counted here: {note}")
    if "context_switches" in monitored:
        assert monitored["context_switches"] > 0
    else:
        assert "context_switches, cpu_migrations: users may not count them" in note


def test_without_the_waiting_shell_the_reason_is_told(tmp_path: Path) -> None:
    asked = request(tmp_path / "run", "true", monitors=COUNTERS)
    odd = replace(asked, environment={**asked.environment, "NOT-AN-IDENTIFIER": "1"})
    result = claimed(odd)
    assert not result.error
    assert "the program was not started through the shell" in result.notes["counters"]


def test_values_are_scaled_where_counters_took_turns() -> None:
    counts = perf_counters.counted(
        {
            "instructions": EventCount(value=3_000, enabled_ns=100, running_ns=50),
            "cycles": EventCount(value=2_000, enabled_ns=100, running_ns=100),
            "task_clock_ns": EventCount(value=5_000_000, enabled_ns=100, running_ns=100),
            "cache_misses": EventCount(enabled_ns=100, running_ns=0),
            "branches": EventCount(error=errno.ENOENT),
        }
    )
    assert counts == {"instructions": 6_000, "cycles": 2_000, "ipc": 3, "task_clock_s": 0.005}


def repetition(**events: EventCount) -> Repetition:
    return Repetition(
        wall_s=1, user_s=1, system_s=0, peak_memory_bytes=1, exit_status=0, voluntary_switches=0,
        involuntary_switches=0, major_faults=0, minor_faults=0, timed_out=False,
        directory=Path("/"), observed=Observed(events=events),
    )  # fmt: skip


def told(asked: RunRequest, *found: Repetition) -> str:
    """The wrapper's note around a launcher that answers these."""
    wrapper = perf_counters.run(asked)
    next(wrapper)
    try:
        wrapper.send(RunResult(repetitions=found))
    except StopIteration as end:
        return str(end.value.notes.get("counters", ""))
    raise AssertionError("the wrapper asks twice")


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (EventCount(value=1, enabled_ns=9, running_ns=9), ""),
        (EventCount(value=1, enabled_ns=9, running_ns=3), "was on the hardware for 33% of the run"),
        (EventCount(enabled_ns=9), "not counted in every repetition: cycles"),
        (
            EventCount(value=1, enabled_ns=9, running_ns=9, user_only=True),
            "perf_event_paranoid > 1",
        ),
        (EventCount(error=errno.EACCES), "sudo sysctl kernel.perf_event_paranoid=1 allows it"),
        (EventCount(error=errno.ENOENT), "no cycles: this machine offers no such counter"),
    ],
)
def test_what_is_less_than_exact_is_told(tmp_path: Path, event: EventCount, sentence: str) -> None:
    asked = request(tmp_path / "run", "true", monitors=COUNTERS)
    note = told(asked, repetition(cycles=event))
    assert sentence in note if sentence else not note


def test_a_launcher_that_reads_no_counters_is_named(tmp_path: Path) -> None:
    asked = request(tmp_path / "run", "true", monitors=COUNTERS, launcher="slurm")
    assert "launcher 'slurm' does not read them" in told(asked, repetition())


def test_the_level_that_forbids_it_is_named(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"proc/sys/kernel/perf_event_paranoid": "4"})
    assert "(kernel.perf_event_paranoid is 4)" in refusal(errno.EACCES, Tree(root))
    assert "container" in refusal(errno.ENOSYS, Tree(root))


def test_they_become_metrics(tmp_path: Path) -> None:
    found = [
        replace(repetition(), monitored={"ipc": n, **({"odd": 1} if n else {})}) for n in (0, 2, 4)
    ]
    metrics = postprocess(request(tmp_path / "run", "true"), RunResult(repetitions=tuple(found)))
    assert metrics.keys() == {"ipc"}
    assert metrics["ipc"].value == 2


def main(directory: Path) -> None:
    """What is counted of a program that sleeps, and so gives up its core."""
    found = claimed(request(directory, "sleep", "0.01", monitors=COUNTERS))
    print(json.dumps([dict(found.repetitions[0].monitored), found.notes.get("counters", "")]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
