"""Python of components that CK would import into itself: run in a process of its own."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ck_core.system.processes import run_tool

_CHILD = Path(__file__).with_name("ck_script_child.py")


@dataclass(frozen=True, kw_only=True)
class ScriptCall:
    """A function to call, and comparisons of outputs where the script makes them.

    Attributes:
        interpreter: a Python 3.
        must_have: a script without the function is an error.
        given: JSON values; the function's argument.
        compared: file to an output and its reference.
    """

    interpreter: str
    script: Path
    function: str
    given: Mapping[str, Any]
    directory: Path
    environment: Mapping[str, str] = field(repr=False)
    timeout_s: float
    must_have: bool = True
    compared: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ScriptAnswer:
    """``called``: what the function returned; ``checks``: by file, what the comparisons did.

    ``error`` says what went wrong, ``output`` is what the script printed.
    """

    called: Mapping[str, Any] = field(default_factory=dict)
    checks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    error: str = ""
    output: str = ""


def call_script(call: ScriptCall) -> ScriptAnswer:
    """Never fails: what the script does wrong is an answer."""
    with tempfile.TemporaryDirectory(prefix="ckp-script-") as place:
        job, answer = Path(place, "job.json"), Path(place, "answer.json")
        job.write_text(json.dumps(_job(call, answer), default=str), encoding="utf-8")
        result = run_tool(
            [call.interpreter, "-B", str(_CHILD), str(job)],
            timeout_s=call.timeout_s,
            directory=call.directory,
            environment=call.environment,
        )
        said = f"{result.output}{result.error_output}"
        if result.timed_out:
            return ScriptAnswer(error=f"ran past {call.timeout_s:g} s", output=said)
        return _read(answer, said)


def _job(call: ScriptCall, answer: Path) -> dict[str, Any]:
    return {
        "script": str(call.script),
        "function": call.function,
        "must_have": call.must_have,
        "input": dict(call.given),
        "compared": dict(call.compared),
        "answer_file": str(answer),
        "ckp": sys.executable,
    }


def _read(file: Path, said: str) -> ScriptAnswer:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ScriptAnswer(error="ended without an answer", output=said)
    called = values.get("called", {})
    problem = str(values.get("error", "")) or _problem(called, "it")
    checks = {name: one for name, one in values.get("checks", {}).items() if isinstance(one, dict)}
    return ScriptAnswer(
        called=called if isinstance(called, dict) else {}, checks=checks, error=problem, output=said
    )


def _problem(called: object, what: str) -> str:
    """CK's way: a dictionary whose ``return`` is 0, or an ``error``."""
    if not isinstance(called, dict):
        return f"{what} returned no dictionary"
    return str(called.get("error") or "failed") if called.get("return", 0) not in (0, "0") else ""
