"""Monitor ``counters``: what ``perf stat`` counts, of each repetition.

From the kernel itself, as ``system/supervising/events.py`` tells why.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.instruments import EventCount
from ck_core.domain.run import Repetition, RunRequest, RunResult

_NAME = "counters"
_ALMOST_ALL = 0.999


@hookimpl(wrapper=True)
def run(request: RunRequest) -> Generator[None, RunResult | None, RunResult | None]:
    """Adds ``instructions``, ``cycles``, ``ipc``, ... where the machine counts them."""
    request.instruments.offers[_NAME] = _missing
    if _NAME not in request.monitors:
        return (yield)
    from ck_core.system.perf import EVENTS  # noqa: PLC0415  # only where somebody asks

    request.instruments.events.update(EVENTS)
    result = yield
    if result is None or not result.repetitions:
        return result
    repetitions = tuple(_with_counts(one) for one in result.repetitions)
    note = _note(request, repetitions)
    notes = {**result.notes, _NAME: note} if note else result.notes
    return replace(result, repetitions=repetitions, notes=notes)


def _missing() -> str:
    from ck_core.system.perf import uncountable  # noqa: PLC0415  # only where somebody asks

    return uncountable()


def _with_counts(repetition: Repetition) -> Repetition:
    counts = counted(repetition.observed.events)
    return replace(repetition, monitored={**repetition.monitored, **counts})


def counted(events: Mapping[str, EventCount]) -> dict[str, float]:
    """Values of what was counted, scaled to the whole run where counters took turns."""
    scaled = {
        name: one.value * one.enabled_ns / one.running_ns
        for name, one in events.items()
        if one.running_ns
    }
    if (clock_ns := scaled.pop("task_clock_ns", None)) is not None:
        scaled["task_clock_s"] = clock_ns / 1e9
    if scaled.get("cycles") and "instructions" in scaled:
        scaled["ipc"] = scaled["instructions"] / scaled["cycles"]
    return scaled


def _note(request: RunRequest, repetitions: Sequence[Repetition]) -> str:
    """What is missing or less than exact, and why; empty where all is well."""
    found = [one.observed.events for one in repetitions]
    if not any(found):
        return f"no counters: launcher '{request.launcher}' does not read them"
    told = [*_refused(found[-1]), _not_counted(found), _shared(found), _user_only(found)]
    if request.emulator:
        told.append(f"counters count {request.emulator} as well as the program")
    return "; ".join(filter(None, told))


def _refused(events: Mapping[str, EventCount]) -> list[str]:
    from ck_core.system.machine.tree import Tree  # noqa: PLC0415  # only where somebody asks
    from ck_core.system.perf import refusal  # noqa: PLC0415

    reasons: dict[str, list[str]] = {}
    for name, one in events.items():
        if one.error:
            reasons.setdefault(refusal(one.error, Tree(Path("/"))), []).append(name)
    return [f"no {', '.join(names)}: {reason}" for reason, names in reasons.items()]


def _not_counted(found: Sequence[Mapping[str, EventCount]]) -> str:
    pairs = [(name, one) for events in found for name, one in events.items()]
    names = sorted({name for name, one in pairs if not one.error and not one.running_ns})
    return f"not counted in every repetition: {', '.join(names)}" if names else ""


def _shared(found: Sequence[Mapping[str, EventCount]]) -> str:
    shares = [
        one.running_ns / one.enabled_ns
        for events in found
        for one in events.values()
        if one.running_ns and one.enabled_ns
    ]
    least = min(shares, default=1.0)
    if least > _ALMOST_ALL:
        return ""
    return f"counters took turns and are scaled: one was on the hardware for {least:.0%} of the run"


def _user_only(found: Sequence[Mapping[str, EventCount]]) -> str:
    if not any(one.user_only for events in found for one in events.values()):
        return ""
    return "the kernel's own work is not counted: users may not (kernel.perf_event_paranoid > 1)"
