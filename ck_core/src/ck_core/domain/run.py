"""What the run hook is asked and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeVar

from ck_core.domain.instruments import Instruments, Observed
from ck_core.domain.job import Job
from ck_core.domain.output_check import OutputCheck
from ck_core.domain.target import Target


class Closeable(Protocol):
    """What is kept for a session."""

    def close(self) -> None: ...


Kept = TypeVar("Kept", bound=Closeable)


class RunSession(Protocol):
    """What outlives single claims of the run hook: the local launcher's supervisor, monitors."""

    def run(self, request: RunRequest) -> RunResult: ...

    def kept(self, key: str, make: Callable[[], Kept]) -> Kept:
        """What was made under that key, made now where there is none; closed with the session."""
        ...


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """How far numbers of an output may lie from the reference's: either limit suffices."""

    relative: float = 0.0
    absolute: float = 0.0


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """One program, one command, one dataset, so many repetitions.

    Attributes:
        arguments: the argument list; no shell unless the command itself names one.
        environment: the whole environment of the child.
        directory: an existing directory; each repetition runs in a fresh one below it.
        stdout_file, stderr_file: names, relative to the repetition's directory.
        checked_files: outputs whose content identifies the repetition's result.
        warmups: runs before the repetitions, measured by nobody.
        references: for checked files, the file with the right content.
        tolerance: None compares byte for byte; else numbers are compared within it.
        output_checks: of checked files, how they are compared; else ``tolerance`` says it.
        timer_file: JSON the program writes with characteristics of its own; may be empty.
        inputs: a directory whose entries each repetition's directory begins with, as links.
        keeps_all: every repetition keeps its outputs, though they are equal.
        launcher: who executes: ``local``, ``slurm``, ``flux``, ``adb``.
        launcher_options: what the user told it: ``nodes``, ``tasks``; each knows its own.
        target: what the binary is for; None is this machine.
        emulator: what runs the binary in its target's place; empty where nothing does.
        cpus: the program and what it starts run on these only; empty leaves the choice free.
        monitors: what shall be measured beside times: ``counters``, ``energy``, or a plugin's own.
        session: keeps what several claims share; None where this claim is alone.
        instruments: what monitors ask the launcher to observe; new for each claim.
    """

    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)  # may hold a secret of the user's
    directory: Path
    repetitions: int = 1
    warmups: int = 0
    timeout_s: float = 600.0
    stdout_file: str = "stdout.txt"
    stderr_file: str = "stderr.txt"
    checked_files: tuple[str, ...] = ()
    references: Mapping[str, Path] = field(default_factory=dict)
    tolerance: Tolerance | None = None
    output_checks: Mapping[str, OutputCheck] = field(default_factory=dict)
    timer_file: str = ""
    ignore_exit_status: bool = False
    inputs: Path | None = None
    keeps_all: bool = False
    launcher: str = "local"
    launcher_options: Mapping[str, str] = field(default_factory=dict)
    target: Target | None = None
    emulator: str = ""
    cpus: frozenset[int] = frozenset()
    monitors: frozenset[str] = frozenset()
    session: RunSession | None = field(default=None, repr=False, compare=False)
    instruments: Instruments = field(default_factory=Instruments, compare=False)

    def for_claim(
        self, *, repetitions: int, warmups: int, session: RunSession | None = None
    ) -> RunRequest:
        """The same with instruments of its own, for one of several claims."""
        return replace(
            self,
            repetitions=repetitions,
            warmups=warmups,
            session=session,
            instruments=Instruments(),
        )


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """One execution, measured in the child; None is what its launcher cannot measure.

    Attributes:
        user_s, system_s: the time on a core, divided by the ticks of the kernel's clock: of a run
            that is shorter than some ticks (1 to 10 ms each) only the sum is sound.
        exit_status: 0 to 255, or minus the number of the signal that ended it.
        peak_memory_bytes: largest resident set of any process of the program.
        directory: where its output lies (shared by repetitions with equal output).
        characteristics: what the component's own post-processing made of the outputs.
        judged: checked files that the component itself compared with the reference, to what is
            wrong with them; empty where nothing is.
        began_at: seconds since the epoch; 0 where nobody looked at the clock.
        cpu: the CPU it ended on.
        frequency_hz: that CPU's clock right after the end.
        observed: what the instruments read.
        monitored: what monitors made of it, by name with unit: ``instructions``, ``energy_j``.
        job: that it ran in, where a cluster's manager started it.
    """

    wall_s: float
    user_s: float | None = None
    system_s: float | None = None
    peak_memory_bytes: int | None = None
    exit_status: int
    voluntary_switches: int | None = None
    involuntary_switches: int | None = None
    major_faults: int | None = None
    minor_faults: int | None = None
    timed_out: bool
    directory: Path
    characteristics: Mapping[str, float] = field(default_factory=dict)
    judged: Mapping[str, str] = field(default_factory=dict)
    began_at: float = 0.0
    cpu: int | None = None
    frequency_hz: float | None = None
    observed: Observed = field(default_factory=Observed, repr=False)
    monitored: Mapping[str, float] = field(default_factory=dict)
    job: Job | None = None

    @property
    def cpu_s(self) -> float | None:
        """The whole time on a core, of all its threads."""
        if self.user_s is None or self.system_s is None:
            return None
        return self.user_s + self.system_s


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """All repetitions, in order; the last one failed if ``error`` says so.

    ``notes`` are sentences for people, by what they are about: ``pinning``, ``counters``.
    """

    repetitions: tuple[Repetition, ...]
    error: str = ""
    timed_out: bool = False
    details: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
