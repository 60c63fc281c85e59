"""Measured execution: the supervisor's client."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from threading import Lock
from typing import Any

from ck_core.domain.instruments import EventCount, Observed
from ck_core.domain.run import Closeable, Kept, Repetition, RunRequest, RunResult
from ck_core.system.files import read_end
from ck_core.system.processes import last_lines
from ck_core.system.supervisor_process import SupervisorProcess

_SHOWN_LINES = 20
_SHOWN_BYTES = 8192
_TEXTS = ("before", "after", "collected")
_MEASURED = frozenset(one.name for one in fields(Repetition)) - {"directory"}


def measure(request: RunRequest) -> RunResult:
    """Warm-ups and repetitions, each in a fresh directory, until one fails.

    Raises:
        StorageError: the run directory cannot be written.
    """
    with measuring_session() as session:
        return session.run(request)


@contextmanager
def measuring_session() -> Iterator[MeasuringSession]:
    """One supervisor for many requests, e.g. single repetitions of programs in turn.

    It ends with the block, and with it whatever a program has left behind.
    """
    session = MeasuringSession()
    try:
        yield session
    finally:
        session.close()


class MeasuringSession:
    """Local programs are run by one thread at a time; ``kept`` serves all."""

    def __init__(self) -> None:
        self._making = Lock()
        self._supervisor: SupervisorProcess | None = None
        self._next: dict[Path, int] = {}
        self._kept: dict[str, Any] = {}

    def run(self, request: RunRequest) -> RunResult:
        """As ``measure``. Directories of requests with the same ``directory`` are numbered on."""
        program = _executable(request)
        if program is None:
            error = f"could not be started: {request.arguments[0]} is no executable"
            return RunResult(repetitions=(), error=error)
        first = self._next.get(request.directory) or _first_free(request.directory)
        self._next[request.directory] = first + request.warmups + request.repetitions
        question = measurement_asked(request, program, first=first, parent=os.getpid())
        return measured_result(request, self._running().ask(question))

    def kept(self, key: str, make: Callable[[], Kept]) -> Kept:
        """What was made under that key, made now where there is none; closed with the session."""
        with self._making:
            if key not in self._kept:
                self._kept[key] = make()
            found: Kept = self._kept[key]
        return found

    def close(self) -> None:
        closed: list[Closeable] = [*self._kept.values()]
        if self._supervisor:
            closed.insert(0, self._supervisor)
        self._kept, self._supervisor = {}, None
        for one in closed:
            one.close()

    def _running(self) -> SupervisorProcess:
        """A new one where a program has killed the last."""
        if self._supervisor is None or not self._supervisor.is_alive:
            self._supervisor = SupervisorProcess()
        return self._supervisor


def _first_free(directory: Path) -> int:
    """The number behind those that an earlier session has used."""
    used = [one.name.removeprefix("rep-") for one in directory.glob("rep-*")]
    return max((int(text) + 1 for text in used if text.isdecimal()), default=0)


def _executable(request: RunRequest) -> str | None:
    program = request.arguments[0]
    if os.sep in program and not program.startswith(os.sep):  # to a repetition's directory
        place = os.path.normpath(request.directory / "repetition" / program)
        return program if os.access(place, os.X_OK) else None
    return shutil.which(request.arguments[0], path=request.environment.get("PATH", os.defpath))


def measurement_asked(
    request: RunRequest, program: str, *, first: int = 0, parent: int = 0
) -> dict[str, Any]:
    """What the supervisor is asked: an object that goes into JSON, on one line of its input.

    Args:
        program: what the request's first argument means where it is run.
        first: the number of the first repetition's directory.
        parent: the process whose end ends it as well; 0 where nobody waits beside it.
    """
    started = {
        "arguments": [*request.instruments.prefix, program, *request.arguments[1:]],
        "environment": dict(request.environment),
        "directory": str(request.directory),
        "stdout_file": request.stdout_file,
        "stderr_file": request.stderr_file,
    }
    return {
        **started,
        "key": json.dumps(started),
        "parent": parent,
        "first": first,
        "repetitions": request.repetitions,
        "warmups": request.warmups,
        "timeout_s": request.timeout_s,
        "checked_files": [] if request.keeps_all else list(request.checked_files),
        "inputs": str(request.inputs or ""),
        "ignore_exit_status": request.ignore_exit_status,
        "may_use_shell": all(name.isidentifier() for name in request.environment),
        "cpus": sorted(request.cpus),
        **_instruments(request),
    }


def _instruments(request: RunRequest) -> dict[str, Any]:
    asked = request.instruments
    return {
        "collected_files": _paths(asked.collected_files),
        "read_files": _paths(asked.read_files),
        "events": {name: [one.kind, one.config] for name, one in asked.events.items()},
    }


def _paths(files: Mapping[str, Path]) -> dict[str, str]:
    return {name: str(path) for name, path in files.items()}


def measured_result(request: RunRequest, answers: list[dict[str, Any]]) -> RunResult:
    """What the supervisor's answers come to, the last of which has ``end``."""
    measured = [one for one in answers if "wall_s" in one]
    if problem := _incomplete(request, measured, answers):
        return RunResult(repetitions=(), error=problem)
    last = measured[-1]
    error = _error(last, request)
    return RunResult(
        repetitions=tuple(_repetition(one) for one in measured if not one["warmup"]),
        error=error,
        timed_out=last["timed_out"],
        details=_details(request, Path(last["directory"])) if error else "",
        notes=_pinning_note(request, last),
    )


def _pinning_note(request: RunRequest, last: Mapping[str, Any]) -> dict[str, str]:
    cpus = ", ".join(map(str, sorted(request.cpus)))
    reason = last["pin_error"]
    return {"pinning": f"not pinned to CPU {cpus}: {reason}"} if reason else {}


def _incomplete(
    request: RunRequest, measured: list[dict[str, Any]], answers: list[dict[str, Any]]
) -> str:
    """Why there are fewer runs than asked for though none failed; empty where there are all."""
    end = answers[-1] if answers else {}
    if "start_error" in end:
        return f"could not be started: {end['start_error']}"
    runs = request.warmups + request.repetitions
    if len(measured) == runs or (measured and _error(measured[-1], request)):
        return ""
    return (
        f"could not be measured: the measuring process ended after {len(measured)} of {runs} runs; "
        "did the program kill its parent?"
    )


def _repetition(values: Mapping[str, Any]) -> Repetition:
    events = {name: EventCount(**one) for name, one in values["events"].items()}
    observed = {name: values[name] for name in _TEXTS}
    return Repetition(
        **{name: value for name, value in values.items() if name in _MEASURED},
        directory=Path(values["directory"]),
        observed=Observed(**observed, events=events),
    )


def _error(last: dict[str, Any], request: RunRequest) -> str:
    status = last["exit_status"]
    if last["timed_out"]:
        return f"ran past its time limit of {request.timeout_s:g} s and was killed"
    if status == 0 or request.ignore_exit_status:
        return ""
    if status < 0:
        return f"was killed by signal {-status} ({_signal_name(-status)})"
    return f"exited with status {status}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "a real-time signal"


def _details(request: RunRequest, directory: Path) -> str:
    """The program's own last words."""
    texts = []
    for name in (request.stderr_file, request.stdout_file):
        with suppress(OSError):
            texts.append(read_end(str(directory / name), _SHOWN_BYTES))
    return last_lines("\n".join(filter(str.strip, texts)), _SHOWN_LINES)
