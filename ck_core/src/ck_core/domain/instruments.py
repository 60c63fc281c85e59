"""What monitors ask a launcher to observe of each repetition, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Event:
    """One of the kernel's performance events, by the numbers of ``perf_event_open``."""

    kind: int
    config: int


@dataclass(frozen=True, kw_only=True)
class EventCount:
    """What one event came to in one repetition.

    Attributes:
        value: as counted while it was on the hardware.
        enabled_ns, running_ns: how long it was to be counted, and how long it was.
        error: the number with which the kernel refused it; 0 where it did not.
        user_only: the kernel's own work is not in it, because it did not allow that.
    """

    value: int = 0
    enabled_ns: int = 0
    running_ns: int = 0
    error: int = 0
    user_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Observed:
    """The answers for one repetition, under the names that the monitors gave.

    Attributes:
        before, after: texts of the files that were to be read around the run.
        collected: texts of the files that the prefix has written.
        events: what was counted.
        machine: what the launcher knows of the machine that ran it, where that is not this one,
            under the names of ``experiments.features``: ``cpu``, ``os``, ``product``.
    """

    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    collected: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, EventCount] = field(default_factory=dict)
    machine: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Instruments:
    """What to observe. Wrappers around ``run`` add to it before they yield.

    A launcher that cannot do so leaves ``Repetition.observed`` empty.

    Attributes:
        prefix: words put before the program's command. What they start is the parent of the
            program: its time and memory count as the program's.
        collected_files: by name; read and removed after each repetition.
        read_files: by name; read right before and right after each repetition.
        events: by name; counted from the program's first instruction, with its whole tree.
        offers: the names that ``--monitor`` may have, each with what tells why nothing of it can
            be measured here (empty where it can). A monitor enters its own in every run, whatever
            was asked for: a name that nobody enters is refused before anything is built.
    """

    prefix: list[str] = field(default_factory=list)
    collected_files: dict[str, Path] = field(default_factory=dict)
    read_files: dict[str, Path] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    offers: dict[str, Callable[[], str]] = field(default_factory=dict, compare=False)
