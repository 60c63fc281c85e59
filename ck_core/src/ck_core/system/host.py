"""The machine ckp runs on."""

from __future__ import annotations

import os
import platform as python_platform
from pathlib import Path

from ck_core.domain.target import Platform, Target, parse_target


def detect_platform() -> Platform:
    """The host, which is also what binaries are built for unless a target is named."""
    target = host_target()
    return Platform(
        host=target,
        target=target,
        cores=available_cores(),
        cpu=_cpu_name(),
        os_name=python_platform.platform(terse=True),
    )


def host_target() -> Target:
    return parse_target(f"{python_platform.machine()}-{python_platform.system()}")


def available_cores() -> int:
    """Cores this process may use, which containers and taskset make fewer."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cpu_name() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return python_platform.processor()
    names = (line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line)
    return next(names, python_platform.machine())
