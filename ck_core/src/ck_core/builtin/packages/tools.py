"""Running what an installation takes: all it says goes to the log, its end into the error."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from ck_core.builtin.packages.order import Order
from ck_core.errors import InstallError
from ck_core.system.locks import BUSY_NAME
from ck_core.system.processes import NOT_STARTED, ToolResult, last_lines, run_logged

_TIMEOUT_S = 6 * 3600.0
_DETAIL_LINES = 25
# [ 45%] of CMake's makefiles, [12/30] of Ninja.
_PERCENT = re.compile(r"\[\s*(\d{1,3})%\]")
_STEPS = re.compile(r"\[(\d{1,7})/(\d{1,7})\]")


def run_step(
    what: str,
    command: Sequence[str],
    order: Order,
    *,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
    hint: str = "",
) -> None:
    """One command of an installation.

    Args:
        what: completes "cannot": ``compile zlib``.

    Raises:
        InstallError: it cannot be started, fails or takes too long.
    """
    result = run_in_log(what, command, order, directory=directory, environment=environment)
    if result.status or result.timed_out:
        raise failure(what, command, result, hint)


def run_in_log(
    what: str,
    command: Sequence[str],
    order: Order,
    *,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> ToolResult:
    """As ``run_step``, for whoever looks at the failure itself."""
    return run_logged(
        command,
        log=order.log,
        timeout_s=_TIMEOUT_S,
        directory=directory or order.directory,
        environment=environment,
        busy=order.directory / BUSY_NAME,
        on_output=lambda text: _tell_progress(what, text, order),
    )


def failure(what: str, command: Sequence[str], result: ToolResult, hint: str = "") -> InstallError:
    """The error for a command that did not do its work."""
    tool = Path(command[0]).name
    if result.status == NOT_STARTED and result.error_output:
        reason = f"{command[0]} cannot be started ({result.error_output})"
        hint = hint or f"install {tool}; it must be on PATH"
    elif result.timed_out:
        reason = f"{tool} ran past {_TIMEOUT_S / 3600:g} hours"
    elif result.status < 0:
        reason = f"{tool} was killed by signal {-result.status}"
    else:
        reason = f"{tool} exited with {result.status}"
    said = last_lines(f"{result.output}\n{result.error_output}", _DETAIL_LINES)
    return InstallError(
        f"cannot {what}: {reason}",
        hint=hint,
        details=f"$ {shlex.join(command)}\n{said}",
    )


def _tell_progress(what: str, text: str, order: Order) -> None:
    """Of tools that say how far they are."""
    if steps := _STEPS.findall(text):
        done, total = map(int, steps[-1])
        order.request.progress(what, done, max(done, total))
    elif percents := _PERCENT.findall(text):
        order.request.progress(what, min(100, int(percents[-1])), 100)
