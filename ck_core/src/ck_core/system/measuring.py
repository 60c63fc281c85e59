"""Measured execution: the supervisor's client."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.errors import StorageError
from ck_core.system.files import read_end
from ck_core.system.processes import clean_environment, last_lines

_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_SHOWN_LINES = 20
_SHOWN_BYTES = 8192


def measure(request: RunRequest) -> RunResult:
    """Warm-ups and repetitions, each in a fresh directory, until one fails.

    Raises:
        StorageError: the run directory cannot be written.
    """
    program = _executable(request)
    if program is None:
        return RunResult(
            repetitions=(), error=f"could not be started: {request.arguments[0]} is no executable"
        )
    with _supervisor() as child:
        output, errors = child.communicate(json.dumps(_job(request, program)) + "\n")
    measured = [json.loads(line) for line in output.splitlines()]
    if child.returncode > 0:
        raise StorageError(f"measuring in {request.directory} failed: {last_lines(errors, 1)}")
    return _result(request, measured)


def _executable(request: RunRequest) -> str | None:
    program = request.arguments[0]
    if os.sep in program and not program.startswith(os.sep):  # to a repetition's directory
        place = os.path.normpath(request.directory / "repetition" / program)
        return program if os.access(place, os.X_OK) else None
    return shutil.which(request.arguments[0], path=request.environment.get("PATH", os.defpath))


def _job(request: RunRequest, program: str) -> dict[str, Any]:
    return {
        "parent": os.getpid(),
        "arguments": [program, *request.arguments[1:]],
        "environment": dict(request.environment),
        "directory": str(request.directory),
        "repetitions": request.repetitions,
        "warmups": request.warmups,
        "timeout_s": request.timeout_s,
        "stdout_file": request.stdout_file,
        "stderr_file": request.stderr_file,
        "checked_files": [] if request.keeps_all else list(request.checked_files),
        "inputs": str(request.inputs or ""),
        "ignore_exit_status": request.ignore_exit_status,
        "may_use_shell": all(name.isidentifier() for name in request.environment),
    }


@contextmanager
def _supervisor() -> Iterator[subprocess.Popen[str]]:
    """The supervisor in a session of its own; Ctrl-C makes it kill its tree and end."""
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", str(_SUPERVISOR)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment(),  # a program can read its parent's
        start_new_session=True,
    )
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):
            child.terminate()
        if child.wait() < 0:  # killed, so that it could not kill its tree
            _kill_session(child.pid)


def _kill_session(session: int) -> None:
    """Every process that is still in it; on Linux, where /proc tells."""
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            fields = (place / "stat").read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == session:
                os.kill(int(place.name), signal.SIGKILL)


def _result(request: RunRequest, measured: list[dict[str, Any]]) -> RunResult:
    problem = _incomplete(request, measured)
    if problem:
        return RunResult(repetitions=(), error=problem)
    last = measured[-1]
    repetitions = tuple(_repetition(one) for one in measured if not one["warmup"])
    error = _error(last, request)
    details = _details(request, Path(last["directory"])) if error else ""
    return RunResult(
        repetitions=repetitions, error=error, timed_out=last["timed_out"], details=details
    )


def _incomplete(request: RunRequest, measured: list[dict[str, Any]]) -> str:
    """Why there are fewer runs than asked for though none failed; empty where there are all."""
    last = measured[-1] if measured else {}
    if "start_error" in last:
        return f"could not be started: {last['start_error']}"
    runs = request.warmups + request.repetitions
    if len(measured) == runs or (last and _error(last, request)):
        return ""
    return (
        f"could not be measured: the measuring process ended after {len(measured)} of {runs} runs; "
        "did the program kill its parent?"
    )


def _repetition(values: dict[str, Any]) -> Repetition:
    fields = {name: value for name, value in values.items() if name != "warmup"}
    return Repetition(**{**fields, "directory": Path(values["directory"])})


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
