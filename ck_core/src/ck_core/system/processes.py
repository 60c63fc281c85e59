"""The one door to tools that are not measured: argument lists, never a shell."""

from __future__ import annotations

import os
import selectors
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn

from ck_core.errors import UsageError
from ck_core.system.files import storage_errors
from ck_core.system.locks import held_by_child

_SYSTEM = ("PATH", "HOME", "USER", "TMPDIR", "TMP", "TEMP", "LD_LIBRARY_PATH")
_SEARCH_PATHS = ("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH")
_LICENCES_AND_KITS = ("INTEL_LICENSE_FILE", "LM_LICENSE_FILE", "SDKROOT", "JAVA_HOME")
_PASSED = (*_SYSTEM, *_SEARCH_PATHS, *_LICENCES_AND_KITS)
NOT_STARTED = 127
OUTPUT_LIMIT = 16 << 20
"""Bytes of each stream; a tool that writes more gets a broken pipe."""
_END_BYTES = 1 << 16
_LOOK_S = 0.5


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


def last_lines(text: str, count: int) -> str:
    """Of what a tool said: there it usually tells why it failed."""
    return "\n".join(text.strip().splitlines()[-count:])


def _ignored(_text: str) -> None: ...


def run_tool(
    arguments: Sequence[str],
    *,
    timeout_s: float,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
    on_errors: Callable[[str], None] = _ignored,
) -> ToolResult:
    """Runs a tool in a session of its own; its process group dies with a timeout or Ctrl-C.

    ``on_errors`` is called with each part of its standard error, as it comes.
    """
    try:
        child = _start(arguments, directory, environment, error_output=subprocess.PIPE)
    except (OSError, ValueError) as error:
        return ToolResult(status=NOT_STARTED, output="", error_output=str(error))
    return _wait(child, timeout_s, on_errors)


def run_logged(
    arguments: Sequence[str],
    *,
    log: Path,
    timeout_s: float,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
    busy: Path | None = None,
    on_output: Callable[[str], None] = _ignored,
) -> ToolResult:
    """As ``run_tool``, but what the tool says goes to the end of ``log`` as it comes.

    ``output`` is the end of both its streams; ``on_output`` is called with each part of them.
    ``busy`` is a file that ``locks.wait_until_idle`` waits for, also when ckp was killed.

    Raises:
        StorageError: the log cannot be written; the tool is stopped.
    """
    with storage_errors("write", log), log.open("ab", buffering=0) as stream, ExitStack() as held:
        stream.write(f"$ {shlex.join(map(str, arguments))}\n".encode())
        if busy:
            descriptor = held_by_child(busy)
            held.callback(os.close, descriptor)
        try:
            child = _start(
                arguments,
                directory,
                environment,
                error_output=subprocess.STDOUT,
                inherited=(descriptor,) if busy else (),
            )
        except (OSError, ValueError) as error:
            stream.write(f"{error}\n".encode())
            return ToolResult(status=NOT_STARTED, output="", error_output=str(error))
        return _follow(child, time.monotonic() + timeout_s, stream, on_output)


def _start(
    arguments: Sequence[str],
    directory: Path | None,
    environment: Mapping[str, str] | None,
    *,
    error_output: int,
    inherited: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(arguments),
        cwd=directory,
        env=dict(clean_environment() if environment is None else environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=error_output,
        start_new_session=True,
        pass_fds=inherited,
    )


def _follow(
    child: subprocess.Popen[bytes],
    deadline: float,
    log: IO[bytes],
    on_output: Callable[[str], None],
) -> ToolResult:
    end, timed_out = b"", False
    try:
        for part in _parts(child, deadline):
            log.write(part)
            end = (end + part)[-_END_BYTES:]
            on_output(part.decode(errors="replace"))
        child.wait(max(0.0, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        timed_out = True
    finally:
        _stop(child)
    text = end.decode(errors="replace")
    return ToolResult(status=child.returncode, output=text, error_output="", timed_out=timed_out)


def _parts(child: subprocess.Popen[bytes], deadline: float) -> Iterator[bytes]:
    """What the tool writes until it closes its output or ends; raises TimeoutError.

    A build server that it has started keeps the output open, and may never end.
    """
    assert child.stdout is not None  # noqa: S101  # run_logged has asked for it
    with child.stdout as output, selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            has_ended = child.poll() is not None
            if selector.select(min(_LOOK_S, left)):
                if not (part := os.read(output.fileno(), 1 << 16)):
                    return
                yield part
            elif has_ended:
                return
        raise TimeoutError


def replace_process(arguments: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """This process becomes another program, found by the ``PATH`` of ``environment``.

    Raises:
        UsageError: there is no such program, or it cannot be executed.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    try:
        os.execvpe(arguments[0], list(arguments), dict(environment))  # noqa: S606  # no shell, on purpose
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"cannot run '{arguments[0]}': {reason}") from None


def _wait(
    child: subprocess.Popen[bytes], timeout_s: float, on_errors: Callable[[str], None]
) -> ToolResult:
    assert child.stdout is not None  # noqa: S101  # run_tool has asked for both pipes
    assert child.stderr is not None  # noqa: S101  # likewise
    deadline = time.monotonic() + timeout_s
    texts = {child.stdout: bytearray(), child.stderr: bytearray()}
    timed_out = False
    try:
        _read(texts, deadline, {child.stderr: on_errors})
        child.wait(max(0.0, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        timed_out = True
    finally:
        _stop(child)
    output, error_output = (text.decode(errors="replace") for text in texts.values())
    return ToolResult(
        status=child.returncode, output=output, error_output=error_output, timed_out=timed_out
    )


def _read(
    texts: Mapping[IO[bytes], bytearray],
    deadline: float,
    listeners: Mapping[IO[bytes], Callable[[str], None]],
) -> None:
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
                listeners.get(stream, _ignored)(part.decode(errors="replace"))
                if not part or len(text) > OUTPUT_LIMIT:
                    selector.unregister(stream)
                    stream.close()


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.returncode is None:
        _kill_group(child)
        child.wait()


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
