"""The machine ckp runs on."""

from __future__ import annotations

import os
import platform as python_platform
from pathlib import Path

from ck_core.domain.target import Platform, Target, parse_target


def detect_platform(target: Target | None = None) -> Platform:
    """The host, which is also what binaries are built for unless a target is named."""
    host = host_target()
    return Platform(
        host=host,
        target=target or host,
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
    from ck_core.system.machine.cpu import model_name, read_processors  # noqa: PLC0415  # start-up
    from ck_core.system.machine.tree import Tree  # noqa: PLC0415  # likewise

    named = model_name(read_processors(Tree(Path("/"))))
    return named or python_platform.processor() or python_platform.machine()
