"""Command-line values of ``ckp scale`` become those of ``ckp benchmark``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ck_core.analysis.scaling import Scaling
from ck_core.analysis.scaling_table import (
    OPENMP,
    TASKS,
    THREADS,
    ScalingTable,
    scaling_table,
)
from ck_core.cli.arguments import program_cid
from ck_core.cli.launcher_options import Given, launcher_of
from ck_core.context import Context, SilentReporter
from ck_core.domain.cid import Cid
from ck_core.domain.options import RunOptions
from ck_core.domain.program import parse_program
from ck_core.domain.program_options.option import ProgramOption
from ck_core.domain.program_options.reading import options_of
from ck_core.domain.variation_text import split_values
from ck_core.errors import UsageError
from ck_core.experiments.measuring.measurements import BenchmarkOutcome

LOCAL = RunOptions.launcher
SEVERAL_TASKS = "mpirun"
"""Starts them where nobody says what else shall."""
_SCALING = "scaling"
"""A program's own option that says what more tasks are given."""


def scaling_of(*, weak: bool) -> Scaling:
    return Scaling.WEAK if weak else Scaling.STRONG


def benchmark_choices(
    cid: Cid,
    scaling: Scaling,
    *,
    tasks: tuple[int, ...],
    threads: tuple[int, ...] | None,
    launcher: Given,
    env: tuple[tuple[str, str], ...],
    own: Mapping[str, str],
    **rest: Any,
) -> dict[str, Any]:
    """What ``benchmark_options_of`` is given.

    Raises:
        UsageError: there is one number of workers only, something says the same twice, or the
            program cannot be given more work.
        ComponentNotFoundError: there is no such program.
    """
    _check_numbers(tasks, threads or (), scaling)
    _check_told_once(launcher, env, threads)
    name = _launcher(launcher, tasks)
    told, variables = _workers(name, tasks, threads)
    return {
        **rest,
        "launcher": [("", name), *(pair for pair in launcher if pair[0]), *told],
        "env": (*env, *variables),
        "own": _growing(program_cid(cid, "scale"), scaling, own),
    }


def _check_numbers(tasks: Sequence[int], threads: Sequence[int], scaling: Scaling) -> None:
    if len(tasks) < 2 and (len(threads) < 2 or scaling is Scaling.WEAK):
        raise UsageError(
            "scaling needs two numbers of tasks"
            + ("" if scaling is Scaling.WEAK else ", or of threads,")
            + " at the least",
            hint="--tasks 1,2,4",
        )


def _check_told_once(
    launcher: Given, env: Sequence[tuple[str, str]], threads: tuple[int, ...] | None
) -> None:
    told = {f"launcher.{key}" for key, _ in launcher} & {TASKS, THREADS}
    told |= {f"env.{name}" for name, _ in env} & {OPENMP} if threads else set()
    if told:
        instead = "--tasks" if TASKS in told else "--threads"
        raise UsageError(f"--{min(told)} is what ckp scale varies", hint=f"{instead} 1,2,4")


def _launcher(given: Given, tasks: Sequence[int]) -> str:
    """What the user says, else who can start as many."""
    if not any(not key for key, _ in given):
        return SEVERAL_TASKS if max(tasks) > 1 or given else LOCAL
    name = launcher_of(given)
    if name == LOCAL and max(tasks) > 1:
        raise UsageError(
            f"launcher {LOCAL} starts one task, not {max(tasks)}",
            hint=f"--launcher {SEVERAL_TASKS} starts several on this machine",
        )
    return name


Pairs = list[tuple[str, str]]


def _workers(
    launcher: str, tasks: Sequence[int], threads: Sequence[int] | None
) -> tuple[Pairs, Pairs]:
    """What the launcher is told of them, and what a program without one reads itself."""
    counts = [str(one) for one in threads or ()]
    if launcher == LOCAL:
        return [], [(OPENMP.removeprefix("env."), one) for one in counts]
    key = TASKS.removeprefix("launcher.")
    told = [(key, str(one)) for one in tasks]
    return [*told, *((THREADS.removeprefix("launcher."), one) for one in counts)], []


def _growing(cid: Cid, scaling: Scaling, own: Mapping[str, str]) -> dict[str, str]:
    """The program's option says what the work of more tasks is; raises UsageError."""
    option = _own_options(cid).get(_SCALING)
    known = scaling.value in option.values if option else False
    given = split_values(own[_SCALING]) if _SCALING in own else ()
    if {*given} - {scaling.value}:
        raise UsageError(
            f"--{_SCALING} {own[_SCALING]} is no {scaling.value} scaling",
            hint="--weak is for weak scaling, and nothing for strong",
        )
    if scaling is Scaling.WEAK and not known:
        raise UsageError(
            f"{cid} cannot give each task as much work as one alone",
            hint=f"--weak needs an option '{_SCALING}' with a value 'weak' in its meta: "
            "docs/hpc.md; without --weak the work stays the same",
        )
    return {**own, _SCALING: scaling.value} if known else {**own}


def table_of(outcome: BenchmarkOutcome, cid: Cid, scaling: Scaling) -> ScalingTable:
    """Of what was measured with ``benchmark_choices``."""
    points = [one.point for one in outcome.measurements]
    named = OPENMP.removeprefix("env.")
    setting = (name for name, one in _own_options(cid).items() if one.sets == named)
    return scaling_table(points, outcome.metric, scaling, next(setting, OPENMP))


def _own_options(cid: Cid) -> Mapping[str, ProgramOption]:
    return options_of(parse_program(Context(SilentReporter()).store.get(cid)))
