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
    "arguments": ["/bin/sleep", "0.01"],
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
    start.prepare(".", ())
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


def test_limits_about_as_long_as_the_program(tmp_path: Path) -> None:
    """Whatever is told of each, the session goes on."""
    ends = set()
    with measuring_session() as session:
        for number in range(120):
            asked = RunRequest(
                arguments=("sleep", "0.004"),
                environment=dict(os.environ),
                directory=tmp_path,
                timeout_s=0.004 + number % 30 * 1e-4,
            )
            ends.add(session.run(asked).timed_out)
        asked = RunRequest(arguments=("true",), environment=dict(os.environ), directory=tmp_path)
        assert not session.run(asked).error
    assert True in ends
