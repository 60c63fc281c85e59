"""The one door to tools that are not measured: argument lists, never a shell."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_SYSTEM = ("PATH", "HOME", "USER", "TMPDIR", "TMP", "TEMP", "LD_LIBRARY_PATH")
_SEARCH_PATHS = ("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH")
_LICENCES_AND_KITS = ("INTEL_LICENSE_FILE", "LM_LICENSE_FILE", "SDKROOT", "JAVA_HOME")
_PASSED = (*_SYSTEM, *_SEARCH_PATHS, *_LICENCES_AND_KITS)
NOT_STARTED = 127
OUTPUT_LIMIT = 16 << 20
"""Bytes of each stream; a tool that writes more gets a broken pipe."""


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
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return ToolResult(status=NOT_STARTED, output="", error_output=str(error))
    return _wait(child, timeout_s)


def _wait(child: subprocess.Popen[bytes], timeout_s: float) -> ToolResult:
    assert child.stdout is not None  # noqa: S101  # run_tool has asked for both pipes
    assert child.stderr is not None  # noqa: S101  # likewise
    deadline = time.monotonic() + timeout_s
    texts = {child.stdout: bytearray(), child.stderr: bytearray()}
    timed_out = False
    try:
        _read(texts, deadline)
        child.wait(max(0.0, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        timed_out = True
    finally:
        if child.returncode is None:
            _kill_group(child)
            child.wait()
    output, error_output = (text.decode(errors="replace") for text in texts.values())
    return ToolResult(
        status=child.returncode, output=output, error_output=error_output, timed_out=timed_out
    )


def _read(texts: Mapping[IO[bytes], bytearray], deadline: float) -> None:
    """Fills the texts until their streams end; one over the limit is closed: a broken pipe."""
    with ExitStack() as opened, selectors.DefaultSelector() as selector:
        for stream, text in texts.items():
            selector.register(opened.enter_context(stream), selectors.EVENT_READ, (stream, text))
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            for stream, text in (key.data for key, _ in ready):
                part = os.read(stream.fileno(), 1 << 16)
                text.extend(part)
                if not part or len(text) > OUTPUT_LIMIT:
                    selector.unregister(stream)
                    stream.close()


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
