"""Threads of programs that use OpenMP: how many, where they stay, how loops are shared out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.program import Program
from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.domain.tuning.session import TuningSession

THREADS = "OMP_NUM_THREADS"
_THREADS, _ENVIRONMENT = "threads", "environment"
_TAG = "openmp"
# Of GCC, LLVM, Intel, PGI and NVIDIA; `-fopenmp-simd` starts no threads.
_FLAG = re.compile(
    r"(?<!\S)(?:-f(?:i)?openmp|-qopenmp|-openmp|-mp)(?:=\S+)?(?!\S)|CK_COMPILER_FLAG_OPENMP"
)
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".f", ".f90", ".f95", ".h", ".hh", ".hpp", ".inc")
_LARGEST_SOURCE = 1 << 20
# OpenMP 5.2, 11.5.3: the variable counts for loops that leave the schedule to it, and no others.
_LEFT_TO_RUNTIME = re.compile(r"schedule\s*\(\s*(?:\w+\s*:\s*)?runtime\s*\)", re.IGNORECASE)
_SCHEDULES = ("static", "static,16", "dynamic", "dynamic,16", "guided")


@hookimpl
def autotune(session: TuningSession) -> None:
    """For programs whose flags or requirements say that they use OpenMP."""
    wanted = [session.wants(group) for group in (_THREADS, _ENVIRONMENT)]
    if not any(wanted) or not uses_openmp(session):
        return
    given = _given(session.program)
    threads = _threads(given)
    if len(threads.values) < 2:  # one core
        return
    session.add_parameters(threads, *_environment(given))
    if _leaves_schedules(session.program):
        session.add_parameters(_variable("OMP_SCHEDULE", _SCHEDULES, given))


def uses_openmp(session: TuningSession) -> bool:
    """Sources do not tell: without the flag their directives are comments."""
    program = session.program
    if any(_TAG in one.tags for one in session.compilers):
        return True
    if any(_TAG in one.tags for one in program.requirements):
        return True
    return any(_FLAG.search(text) for text in (*_flags(program), " ".join(session.flags)))


def _flags(program: Program) -> Iterator[str]:
    plan = program.build
    yield from (plan.flags, plan.link_first, plan.link_last)
    yield from plan.compile_commands.values()
    yield from plan.link_commands.values()
    yield from plan.environment.values()


def _given(program: Program) -> Mapping[str, str]:
    """Variables that the program itself sets."""
    own = [command.environment for command in program.commands.values()]
    return {name: value for each in (program.run_environment, *own) for name, value in each.items()}


def _threads(given: Mapping[str, str]) -> Parameter:
    """As many as there are cores, where the program says nothing."""
    cores = _cores()
    counts = {cores}
    step = 1
    while step < cores:
        counts.add(step)
        step *= 2
    own = given.get(THREADS, "")
    default = int(own) if re.fullmatch(r"[1-9]\d{0,5}", own) else cores
    return Parameter(
        name=THREADS,
        values=tuple(map(str, sorted({*counts, default}))),
        default=str(default),
        group=_THREADS,
        place=Place.VARIABLE,
        ordered=True,
        tacit=True,
        source="OpenMP",
    )


def _environment(given: Mapping[str, str]) -> Iterator[Parameter]:
    """What only several threads are concerned by."""
    several = Expression.parsed(f"{THREADS} > 1")
    yield _variable("OMP_PROC_BIND", ("false", "close", "spread"), given, several)
    yield _variable("OMP_WAIT_POLICY", ("active", "passive"), given, several)


def _variable(
    name: str,
    values: tuple[str, ...],
    given: Mapping[str, str],
    condition: Expression | None = None,
) -> Parameter:
    """The runtime's own choice is the default, unless the program makes one."""
    own = given.get(name, "")
    return Parameter(
        name=name,
        values=tuple(dict.fromkeys((own, *values))),
        default=own,
        group=_ENVIRONMENT,
        place=Place.VARIABLE,
        condition=condition,
        tacit=True,
        source="OpenMP",
    )


def _cores() -> int:
    """That this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _leaves_schedules(program: Program) -> bool:
    files = program.component.path.rglob("*")
    return any(_LEFT_TO_RUNTIME.search(_text(one)) for one in files if _is_source(one))


def _is_source(path: Path) -> bool:
    return (
        path.suffix.lower() in _SOURCES
        and path.is_file()
        and path.stat().st_size <= _LARGEST_SOURCE
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
