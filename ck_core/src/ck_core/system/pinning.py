"""Which CPUs a program shall run on."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ck_core.domain.machine.cpu_list import format_cpu_list, parse_cpu_list
from ck_core.errors import UsageError
from ck_core.system.machine.tree import Tree, number

LOOKED_S = 0.2
_SIBLINGS = "sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
_LIST = re.compile(r"\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*")
_IDLE_FIELDS = (3, 4)
"""``idle`` and ``iowait`` of a line in ``/proc/stat``."""
_OUTSIDE_GUEST = 8
"""The first fields; those after them count guests' time once more."""
_BUSY = 0.2


@dataclass(frozen=True, kw_only=True)
class ChosenCpus:
    """``cpus`` is empty where the program is not pinned; ``note`` is for people."""

    cpus: frozenset[int] = frozenset()
    note: str = ""


def choose_cpus(
    wish: str, *, count: int = 1, root: Path = Path("/"), looked_s: float = LOOKED_S
) -> ChosenCpus:
    """``none``, CPUs (``0,2-3``), or ``auto``: the ``count`` quietest over a short moment.

    Where the CPUs may not be used, or the system cannot pin, the note says why.

    Raises:
        UsageError: it is none of these.
    """
    if wish in {"", "none"}:
        return ChosenCpus()
    if wish != "auto" and not _is_list(wish):
        raise UsageError(
            f"--pin={wish} is no list of CPUs", hint="--pin=auto, --pin=none or --pin=0,2-3"
        )
    if not hasattr(os, "sched_setaffinity"):
        return ChosenCpus(note="not pinned: this system cannot pin processes")
    if wish == "auto":
        return _quietest(max(1, count), root, looked_s)
    return _allowed(parse_cpu_list(wish))


def _is_list(wish: str) -> bool:
    """Each part names CPUs: ``3-1`` names none, and 99999 is more than any kernel has."""
    return bool(_LIST.fullmatch(wish)) and all(map(parse_cpu_list, wish.split(",")))


def allowed_cpus(wanted: Collection[int]) -> frozenset[int]:
    """Those of them that the kernel lets this process use: its control group's, and online."""
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, wanted)
        return frozenset(os.sched_getaffinity(0)) & frozenset(wanted)
    except OSError:
        return frozenset()
    finally:
        os.sched_setaffinity(0, before)


def _allowed(wanted: frozenset[int]) -> ChosenCpus:
    allowed = allowed_cpus(wanted)
    refused = format_cpu_list(wanted - allowed)
    if refused:
        usable = format_cpu_list(os.sched_getaffinity(0))
        reason = f"CPU {refused} is offline or not this process's (its CPUs: {usable})"
        return ChosenCpus(note=f"not pinned: {reason}")
    return ChosenCpus(cpus=allowed, note=f"pinned to CPU {format_cpu_list(allowed)}")


def _quietest(count: int, root: Path, looked_s: float) -> ChosenCpus:
    tree = Tree(root)
    allowed = os.sched_getaffinity(0)
    busy = _busy(tree, looked_s)
    if not allowed & busy.keys():
        return ChosenCpus(note="not pinned: /proc/stat does not tell how busy the CPUs are")
    siblings = {cpu: _siblings(tree, cpu) for cpu in busy}
    chosen = pick(allowed & busy.keys(), busy, siblings, count)
    return ChosenCpus(cpus=chosen, note=_quietest_note(chosen, busy, count))


def _quietest_note(chosen: frozenset[int], busy: Mapping[int, float], count: int) -> str:
    most = max(busy[cpu] for cpu in chosen)
    note = f"pinned to CPU {format_cpu_list(chosen)}, {most:.0%} busy before"
    if most > _BUSY:
        note += ": no CPU is quiet, expect noise"
    if len(chosen) < count:
        note += f"; there are fewer than the {count} that were to be found"
    return note


def pick(
    allowed: Iterable[int],
    busy: Mapping[int, float],
    siblings: Mapping[int, frozenset[int]],
    count: int,
) -> frozenset[int]:
    """The quietest CPUs, each with its core's other threads: whole cores first.

    Of equally quiet ones the last, as devices' interrupts tend to go to the first.
    """
    load = {
        cpu: max(busy.get(one, 0.0) for one in siblings.get(cpu, frozenset()) | {cpu})
        for cpu in allowed
    }
    chosen: list[int] = []
    rest = sorted(load, key=lambda cpu: (round(load[cpu], 2), -cpu))
    while rest and len(chosen) < count:
        taken = {one for cpu in chosen for one in siblings.get(cpu, frozenset())}
        free = [cpu for cpu in rest if cpu not in taken]
        chosen.append((free or rest)[0])
        rest.remove(chosen[-1])
    return frozenset(chosen)


def _busy(tree: Tree, looked_s: float) -> dict[int, float]:
    """The share of a short moment in which each CPU worked."""
    first = read_ticks(tree.text("proc/stat"))
    time.sleep(looked_s)
    last = read_ticks(tree.text("proc/stat"))
    return {cpu: _share(first[cpu], last[cpu]) for cpu in first.keys() & last.keys()}


def _share(first: tuple[int, int], last: tuple[int, int]) -> float:
    worked, total = last[0] - first[0], last[1] - first[1]
    return min(1.0, max(0.0, worked / total)) if total > 0 else 0.0


def read_ticks(text: str) -> dict[int, tuple[int, int]]:
    """By CPU: ticks in which it worked, and all, from the ``cpu0 ...`` lines of ``/proc/stat``."""
    found = {}
    for line in text.splitlines():
        name, *words = line.split() or [""]
        ticks = [number(word) or 0 for word in words][:_OUTSIDE_GUEST]
        if re.fullmatch(r"cpu\d{1,6}", name) and len(ticks) > max(_IDLE_FIELDS):
            idle = sum(ticks[field] for field in _IDLE_FIELDS)
            found[int(name[3:])] = (sum(ticks) - idle, sum(ticks))
    return found


def _siblings(tree: Tree, cpu: int) -> frozenset[int]:
    return parse_cpu_list(tree.text(_SIBLINGS.format(cpu))) or frozenset({cpu})
