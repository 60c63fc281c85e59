"""The clock of the CPU on which a repetition ended."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ck_core.system.measuring import measure
from ck_core.system.supervising.sampling import frequency_hz
from monitors.monitor_kit import request, write_tree

FREQUENCY = "sys/devices/system/cpu/cpu3/cpufreq/scaling_cur_freq"
CPUINFO = "processor\t: 2\ncpu MHz\t\t: 1200.5\n\nprocessor\t: 3\ncpu MHz\t\t: 3799.998"


def test_cpufreq_comes_before_cpuinfo(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {FREQUENCY: "2400000", "proc/cpuinfo": CPUINFO})
    assert frequency_hz(3, str(root)) == 2.4e9
    assert frequency_hz(2, str(root)) == 1.2005e9


@pytest.mark.parametrize("content", ["<unknown>", "", "-1"])
def test_what_is_no_frequency(tmp_path: Path, content: str) -> None:
    root = write_tree(tmp_path, {FREQUENCY: content, "proc/cpuinfo": "processor : 3\ncpu MHz : x"})
    assert frequency_hz(3, str(root)) is None
    assert frequency_hz(None, str(root)) is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has /proc")
def test_every_repetition_says_where_it_ended(tmp_path: Path) -> None:
    for one in measure(request(tmp_path / "run", "true", repetitions=3)).repetitions:
        assert one.cpu in os.sched_getaffinity(0)
        assert one.frequency_hz == frequency_hz(one.cpu) or one.frequency_hz
        assert one.began_at > 1.7e9
