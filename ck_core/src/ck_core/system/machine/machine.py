"""The machine as a whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ck_core.domain.machine import Machine
from ck_core.system.machine.accelerators import ask_tools
from ck_core.system.machine.roots import Roots


def detect_machine(roots: Roots | None = None) -> Machine:
    """Everything known of this machine, or of one recorded below another root.

    Never fails: what is missing, unreadable or makes no sense stays unknown.
    """
    roots = roots or Roots()
    with ThreadPoolExecutor(1) as pool:
        tools = pool.submit(ask_tools, roots)
        machine = _read(roots)
        found = tools.result()
    return replace(machine, accelerators=found.accelerators, problems=found.problems)


def _read(roots: Roots) -> Machine:
    if roots.system == "Linux":
        from ck_core.system.machine.linux import read_linux  # noqa: PLC0415  # one of the two

        return read_linux(roots)
    from ck_core.system.machine.elsewhere import read_elsewhere  # noqa: PLC0415  # likewise

    return read_elsewhere(roots)
