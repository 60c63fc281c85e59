"""What the run hook is asked and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ck_core.domain.target import Target


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
        timer_file: JSON the program writes with characteristics of its own; may be empty.
        inputs: a directory whose entries each repetition's directory begins with, as links.
        keeps_all: every repetition keeps its outputs, though they are equal.
        launcher: who executes: ``local``, ``slurm``, ``flux``, ``adb``.
        target: what the binary is for; None is this machine.
        emulator: what runs the binary in its target's place; empty where nothing does.
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
    timer_file: str = ""
    ignore_exit_status: bool = False
    inputs: Path | None = None
    keeps_all: bool = False
    launcher: str = "local"
    target: Target | None = None
    emulator: str = ""


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """One execution, measured in the child; None is what its launcher cannot measure.

    Attributes:
        exit_status: 0 to 255, or minus the number of the signal that ended it.
        peak_memory_bytes: largest resident set of any process of the program.
        directory: where its output lies (shared by repetitions with equal output).
        characteristics: what the component's own post-processing made of the outputs.
        judged: checked files that the component itself compared with the reference, to what is
            wrong with them; empty where nothing is.
    """

    wall_s: float
    user_s: float | None
    system_s: float | None
    peak_memory_bytes: int | None
    exit_status: int
    voluntary_switches: int | None
    involuntary_switches: int | None
    major_faults: int | None
    minor_faults: int | None
    timed_out: bool
    directory: Path
    characteristics: Mapping[str, float] = field(default_factory=dict)
    judged: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """All repetitions, in order; the last one failed if ``error`` says so."""

    repetitions: tuple[Repetition, ...]
    error: str = ""
    timed_out: bool = False
    details: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
