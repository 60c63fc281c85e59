"""IBM's service is asked by the SDK's own interpreter: nothing of it is imported into ckp."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import ck_plugins_quantum
from ck_core.domain.job import JobReport, JobState
from ck_core.errors import RunError
from ck_core.system.job_records import kept_jobs
from ck_core.system.processes import run_tool

MANAGER = "ibm"
STATES = {
    "INITIALIZING": JobState.WAITING,
    "QUEUED": JobState.WAITING,
    "RUNNING": JobState.RUNNING,
    "DONE": JobState.DONE,
    "ERROR": JobState.FAILED,
    "CANCELLED": JobState.CANCELLED,
}
_LONGEST_S = 300.0
_TOLD = "ckp-quantum: "
_KEPT = ("CKP_QUANTUM_FILE", "CKP_CACHE")
_ASK = Path(ck_plugins_quantum.__file__).parent / "repo" / "script" / "quantum-worker" / "ask.py"


def command_that_asks(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Of the SDK that a job was submitted by; what is asked, and ids, come behind it."""
    python = environment.get("CKP_QUANTUM_PYTHON", "python3")
    kept = [f"{name}={environment[name]}" for name in _KEPT if name in environment]
    return ("env", *kept, python, "-I", str(_ASK))


class Asking:
    """A ``JobManager``. A record's ``script`` is the command that asks for its job."""

    def reports(self, ids: Collection[str]) -> Mapping[str, JobReport]:
        """Raises RunError: the service does not answer, or there is no account."""
        return {
            name: JobReport(state=STATES.get(word, JobState.UNKNOWN), reason=reason)
            for name, (word, reason) in _answers("status", ids).items()
        }

    def cancel(self, ids: Collection[str]) -> None:
        """Raises RunError: as above."""
        _answers("cancel", ids)

    def submitted_from(self, _directory: Path) -> Sequence[str]:
        """None: a record is written with its id, when the service has told it."""
        return ()


def _answers(what: str, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    by_command: dict[str, set[str]] = {}
    for one in kept_jobs():
        if one.record.manager == MANAGER and one.record.id in ids:
            by_command.setdefault(one.record.script, set()).add(one.record.id)
    found: dict[str, tuple[str, str]] = {}
    for command, names in by_command.items():
        found |= _answer([*shlex.split(command), what, *sorted(names)])
    return found


def _answer(command: Sequence[str]) -> dict[str, tuple[str, str]]:
    """With the user's own environment: the account may be in it."""
    result = run_tool(command, timeout_s=_LONGEST_S, environment=os.environ)
    try:
        if result.status == 0:
            lines = result.output.strip().splitlines()
            return {name: (word, why) for name, (word, why) in json.loads(lines[-1]).items()}
    except (ValueError, TypeError, AttributeError, IndexError):
        pass
    told = [one for one in result.error_output.splitlines() if one.startswith(_TOLD)]
    why = told[-1].removeprefix(_TOLD) if told else "no answer"
    raise RunError(f"IBM's service was asked in vain: {why}")
