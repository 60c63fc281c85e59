"""The time limit of a repetition, reached at any moment of waiting for its end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from ck_core.domain.run import RunRequest
from ck_core.system.measuring import measuring_session
from ck_core.system.supervising.affinity import Pin
from ck_core.system.supervising.repetition import raise_timed_out, wait_for_end
from ck_core.system.supervising.starting import Direct

JOB = {
    "arguments": ["/bin/sleep", "0.2"],
    "environment": {},
    "stdout_file": "stdout.txt",
    "stderr_file": "stderr.txt",
    "timeout_s": 1000,
}


class Alarm:
    """Rings before the line of that number of those that are run while the timer is set."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, frame: FrameType, event: str, _: object) -> Alarm | None:
        if frame.f_code is not wait_for_end.__code__:
            return None
        if event == "line" and signal.getitimer(signal.ITIMER_REAL)[0]:
            self.left -= 1
            if self.left == 0:
                signal.setitimer(signal.ITIMER_REAL, 0)  # as it is when it has rung
                signal.raise_signal(signal.SIGALRM)
        return self


@contextmanager
def ringing(alarm: Alarm) -> Iterator[None]:
    traced, handled = sys.gettrace(), signal.signal(signal.SIGALRM, raise_timed_out)
    sys.settrace(alarm)
    try:
        yield
    finally:
        sys.settrace(traced)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handled)


def waited(alarm: Alarm) -> tuple[bool, Any]:
    """The answer for a child that is begun in the working directory."""
    start = Direct(JOB)
    start.prepare(".")
    with ringing(alarm):
        timed_out, end = wait_for_end(JOB, start, 0, Pin(()))
    _, status, _ = end or os.wait4(start.pid, 0)
    return timed_out, os.waitstatus_to_exitcode(status)


def test_a_limit_at_each_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rang: list[int] = []
    while True:
        alarm = Alarm(len(rang) + 1)
        timed_out, status = waited(alarm)
        if alarm.left:
            break
        rang.append(status)
        assert timed_out
    assert (timed_out, status) == (False, 0)
    assert rang[0] == -signal.SIGKILL
    assert rang[-1] == 0, "it had ended when the alarm came"


def request(directory: Path, *arguments: str, **changes: Any) -> RunRequest:
    return RunRequest(
        arguments=arguments, environment=dict(os.environ), directory=directory, **changes
    )


def test_limits_about_as_long_as_the_program(tmp_path: Path) -> None:
    """Whatever is told of each, the session goes on."""
    ends = set()
    with measuring_session() as session:
        for number in range(120):
            limit_s = 0.004 + number % 30 * 1e-4
            asked = request(tmp_path, "sleep", "0.004", timeout_s=limit_s)
            ends.add(session.run(asked).timed_out)
        assert not session.run(request(tmp_path, "true")).error
    assert True in ends


def test_a_limit_at_the_gate_harms_no_later_run(tmp_path: Path) -> None:
    """Killed before it begins, a program leaves nothing that lets the next begin unmeasured."""
    one_cpu = frozenset({0})  # where it waits longer
    with measuring_session() as session:
        for _ in range(40):
            session.run(request(tmp_path, "true", timeout_s=1e-6, cpus=one_cpu))
            result = session.run(request(tmp_path, "true", timeout_s=60.0, cpus=one_cpu))
            assert (result.error, result.timed_out) == ("", False)


DIES_SECOND = """
import os, signal
x = bytearray(60_000_000)
if os.getcwd().endswith("rep-0001"): os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("script", [DIES_SECOND, DIES_SECOND.replace("0001", "0000")])
def test_a_large_program_that_dies_once_is_run_on(tmp_path: Path, script: str) -> None:
    """The next is started from a shell or directly, in a directory of its own."""
    asked = request(tmp_path, sys.executable, "-c", script, repetitions=4, ignore_exit_status=True)
    with measuring_session() as session:
        statuses = [one.exit_status for one in session.run(asked).repetitions]
    assert sorted(statuses) == [-signal.SIGKILL, 0, 0, 0]
