"""A terminal has room for one display: what goes on inside it is not shown."""

from __future__ import annotations

import sys

from environments.terminal import on_terminal

SCRIPT = """
import time
from ck_core.cli.console import ConsoleReporter

reporter = ConsoleReporter()
with reporter.progress("outer") as tell:
    tell("first", 1, 3)
    time.sleep(0.2)
    with reporter.progress("inner") as told:
        told("second", 1, 2)
        time.sleep(0.2)
    with reporter.step("deeper"):
        time.sleep(0.2)
    tell("third", 3, 3)
    time.sleep(0.2)
with reporter.progress("later") as tell:
    tell("fourth", 1, 2)
    time.sleep(0.2)
"""


def test_the_outer_one_stays() -> None:
    text = on_terminal([sys.executable, "-c", SCRIPT], columns=100)
    for word in ("outer: first", "outer: third", "later: fourth"):
        assert word in text
    for word in ("inner", "deeper"):
        assert word not in text
