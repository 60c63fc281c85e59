"""One repetition: started, waited for, counted."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time

from ck_core.system.supervising.affinity import Pin
from ck_core.system.supervising.descendants import kill_tree, last_cpu
from ck_core.system.supervising.events import Counters
from ck_core.system.supervising.sampling import collect, frequency_hz, read_all
from ck_core.system.supervising.starting import Nursery

TYPE_CHECKING = False  # typing itself would cost start-up time
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from ck_core.system.supervising.starting import Job, Start, Starters

    Ended: TypeAlias = tuple[int, int, resource.struct_rusage]


AGAIN_S = 1.0
"""An alarm that comes right before the wait begins is seen by Python after it only."""


class TimedOut(BaseException):
    """The repetition's time is up."""


def raise_timed_out(*_: object) -> None:
    raise TimedOut


def run_one(job: Job, starters: Starters, directory: str) -> dict[str, Any]:
    """One repetition; the next starts directly once the peak cannot hide.

    A direct start is cheaper, and as true for programs that need more than we do.
    """
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = starters.of(job)
    pid = start.prepare(directory)
    pin = Pin(job["cpus"])
    pin.set(pid)
    try:
        measured, usage = observed(job, start, pid, pin)
    finally:
        pin.release()
        kill_tree(keep=starters.shells)
    measured["collected"] = collect(job["collected_files"])
    measured["pin_error"] = pin.error
    if isinstance(start, Nursery):
        if measured["exit_status"] < 0:  # perhaps at the gate, which it left open for the next
            starters.forget(job["key"])
        elif usage.ru_maxrss > 1.2 * floor and not job["events"]:
            starters.start_directly(job)
    return measured


def observed(
    job: Job, start: Start, pid: int, pin: Pin
) -> tuple[dict[str, Any], resource.struct_rusage]:
    """From right before the program begins to right after its end."""
    counters = Counters(job["events"], pid) if job["events"] else None
    found: dict[str, Any] = {"before": read_all(job["read_files"]), "began_at": time.time()}
    began = time.perf_counter_ns()
    timed_out, end = wait_for_end(job, start, pid, pin)
    found["wall_s"] = (time.perf_counter_ns() - began) / 1e9
    found["after"] = read_all(job["read_files"])
    cpu = last_cpu(pid or start.pid)
    _, status, usage = end or os.wait4(pid or start.pid, 0)
    found["events"] = counters.close() if counters else {}
    place = {"cpu": cpu, "frequency_hz": frequency_hz(cpu), "timed_out": timed_out}
    return {**found, **place, **measurement(status, usage, start.spent_ns)}, usage


def wait_for_end(job: Job, start: Start, pid: int, pin: Pin) -> tuple[bool, Ended | None]:
    """Whether it had to be killed, and how it ended where that is known already."""
    end = None
    try:
        try:
            start.go()
            signal.setitimer(signal.ITIMER_REAL, job["timeout_s"], AGAIN_S)
            pin.release()
            end = ended(pid or start.pid)
        finally:  # within: the time may be up right before this takes effect
            signal.setitimer(signal.ITIMER_REAL, 0)
    except TimedOut:
        if end is None:  # still there, as a zombie at least
            os.kill(pid or start.pid, signal.SIGKILL)
            end = ended(pid or start.pid)
        return True, end
    return False, end


def ended(pid: int) -> Ended | None:
    """Returns at its end; leaves a zombie, of which more can be read, where that is possible."""
    if not hasattr(os, "waitid"):
        return os.wait4(pid, 0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return None


def measurement(
    status: int, usage: resource.struct_rusage, spent_ns: int
) -> dict[str, float | int]:
    scale = 1 if sys.platform == "darwin" else 1024
    own_share = share_of_program(usage, spent_ns)
    return {
        "user_s": usage.ru_utime * own_share,
        "system_s": usage.ru_stime * own_share,
        "peak_memory_bytes": usage.ru_maxrss * scale,
        "exit_status": os.waitstatus_to_exitcode(status),
        "voluntary_switches": usage.ru_nvcsw,
        "involuntary_switches": usage.ru_nivcsw,
        "major_faults": usage.ru_majflt,
        "minor_faults": usage.ru_minflt,
    }


def share_of_program(usage: resource.struct_rusage, spent_ns: int) -> float:
    """The part of the processor time that was spent after the gate."""
    total_ns = (usage.ru_utime + usage.ru_stime) * 1e9
    return max(0.0, 1 - spent_ns / total_ns) if total_ns else 1.0
