"""Who executed a point when it was recorded, and whether they can do so again."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass

from ck_core.context import Context
from ck_core.domain.options import RunOptions
from ck_core.domain.point import Point
from ck_core.domain.run import RunRequest, RunResult
from ck_core.domain.target import Target
from ck_core.errors import CkpError, StorageError
from ck_core.experiments.measuring.lanes import Contexts
from ck_core.experiments.replay import recorded_choices as recorded
from ck_core.stages.emulation import launcher_for
from ck_core.store.run_directories import new_run_directory
from ck_core.system.processes import clean_environment

LOCAL = RunOptions.launcher
_NOTHING = ("/bin/sh", "-c", "exit 0")
"""No ``:`` alone, which srun and mpirun take for the next program."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a point is run again.

    Attributes:
        target: what to build for; None is this machine.
        told: a sentence for each thing that is not as it was.
    """

    target: Target | None = None
    launcher: str = LOCAL
    told: tuple[str, ...] = ()


class Places:
    """Of points; each launcher is tried once.

    Args:
        timeout_s: how long a launcher may take for a shell that does nothing.
    """

    def __init__(self, contexts: Contexts, timeout_s: float) -> None:
        self._contexts = contexts
        self._timeout_s = timeout_s
        self._problems: dict[tuple[object, ...], str] = {}

    def of(self, point: Point) -> Place:
        """The recorded launcher where it can be used, else this machine; raises StorageError."""
        launcher = recorded.launcher_of(point) or LOCAL
        target, told = _target(point, self._contexts.of(None))
        device = _device(point, launcher)
        told_it = recorded.launcher_options_of(point)
        problem = self._problem(launcher, device or target, told_it)
        if not problem:
            kept = Place(target=device, launcher=launcher) if device else None
            return kept or Place(target=target, launcher=launcher, told=told)
        instead = f"launcher {launcher!r:.40} cannot be used here ({problem}): {LOCAL} runs it"
        return Place(target=target, told=(instead, *told))

    def _problem(self, launcher: str, target: Target | None, options: Mapping[str, str]) -> str:
        if launcher == LOCAL:
            return ""
        key = launcher, target, tuple(options.items())
        if key not in self._problems:
            context = self._contexts.of(target)
            self._problems[key] = launcher_problem(launcher, options, context, self._timeout_s)
        return self._problems[key]


def launcher_problem(
    launcher: str, options: Mapping[str, str], context: Context, timeout_s: float
) -> str:
    """Why nothing can be run by it; empty where it can.

    No hook tells: it is given a shell that does nothing. Raises StorageError.
    """
    directory = new_run_directory("launcher", context.runs_directory)
    request = RunRequest(
        arguments=_NOTHING,
        environment=clean_environment(),
        directory=directory,
        timeout_s=timeout_s,
        launcher=launcher,
        launcher_options=options,
        target=context.platform.target,
    )
    try:
        return _answer(request, context)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _answer(request: RunRequest, context: Context) -> str:
    try:
        answer = context.plugins.claim("run", request=request)
    except StorageError:
        raise
    except CkpError as error:
        return error.message
    if not isinstance(answer, RunResult):
        return "no plugin here knows it"
    return f"a shell there {answer.error}" if answer.error else ""


def _device(point: Point, launcher: str) -> Target | None:
    """The target of a point that ran on a device, which its launcher alone reaches."""
    target = recorded.target_of(point)
    reached = target is not None and launcher_for(target, LOCAL) == launcher != LOCAL
    return target if reached else None


def _target(point: Point, context: Context) -> tuple[Target | None, tuple[str, ...]]:
    """What ran on a machine of its own is not emulated here: no time of the two would compare."""
    target, here = recorded.target_of(point), context.platform.host
    if target is None or target == here:
        return None, ()
    if point.emulated_by:
        return target, ()
    sentence = f"it ran on a machine of {target.name}, this is one of {here.name}"
    return None, (f"{sentence}: built for this one",)
