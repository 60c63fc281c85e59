"""The one door to tools that are not measured: argument lists, never a shell."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_SYSTEM = ("PATH", "HOME", "USER", "TMPDIR", "TMP", "TEMP", "LD_LIBRARY_PATH")
_SEARCH_PATHS = ("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH")
_LICENCES_AND_KITS = ("INTEL_LICENSE_FILE", "LM_LICENSE_FILE", "SDKROOT", "JAVA_HOME")
_PASSED = (*_SYSTEM, *_SEARCH_PATHS, *_LICENCES_AND_KITS)
NOT_STARTED = 127


@dataclass(frozen=True, kw_only=True)
class ToolResult:
    """How a tool ended; ``status`` is 127 when it could not be started."""

    status: int
    output: str
    error_output: str
    timed_out: bool = False


def clean_environment() -> dict[str, str]:
    """What tools need and nothing else: no secret of the user's reaches them."""
    passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
    return {**passed, "LANG": "C", "LC_ALL": "C"}


def run_tool(
    arguments: Sequence[str],
    *,
    timeout_s: float,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> ToolResult:
    """Runs a tool in a session of its own; its process group dies with a timeout or Ctrl-C."""
    try:
        child = subprocess.Popen(
            list(arguments),
            cwd=directory,
            env=dict(clean_environment() if environment is None else environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return ToolResult(status=NOT_STARTED, output="", error_output=str(error))
    return _wait(child, timeout_s)


def _wait(child: subprocess.Popen[str], timeout_s: float) -> ToolResult:
    timed_out = False
    try:
        output, error_output = child.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        timed_out = True
        _kill_group(child)
        output, error_output = child.communicate()
    except BaseException:
        _kill_group(child)
        child.wait()
        raise
    return ToolResult(
        status=child.returncode, output=output, error_output=error_output, timed_out=timed_out
    )


def _kill_group(child: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
