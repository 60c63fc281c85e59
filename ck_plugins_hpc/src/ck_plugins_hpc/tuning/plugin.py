"""The hook *autotune* for runs by a launcher of this pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ck_core import hookimpl
from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.parameter import Parameter
from ck_core.domain.tuning.session import TuningSession
from ck_plugins_hpc.launching.options import JobOptions, parse_job_options
from ck_plugins_hpc.tuning.parameters import (
    BINDING,
    GROUPS,
    NODES,
    TASKS,
    THREADS,
    binding,
    nodes,
    ranks,
    threads,
)
from ck_plugins_hpc.tuning.room import LAUNCHERS, Room, room_for
from ck_plugins_hpc.tuning.uses import uses_mpi, uses_openmp

OPENMP_THREADS = "OMP_NUM_THREADS"
_ALSO = {"cpus-per-task": THREADS}
"""Other names of options."""


@hookimpl
def autotune(session: TuningSession) -> None:
    """Ranks of MPI programs, threads of OpenMP ones; what the user has told is not varied."""
    if session.launcher not in LAUNCHERS:
        return
    wanted = {name for name, group in GROUPS.items() if session.wants(group)}
    if not session.groups:
        wanted -= {NODES}  # nobody wants to find the whole cluster taken
    wanted -= {_ALSO.get(name, name) for name in session.launcher_options}
    told = parse_job_options(session.launcher_options, session.launcher)
    if told.threads:
        session.fix(OPENMP_THREADS, str(told.threads))
    room = room_for(session.launcher, told) if wanted else None
    if room:
        found = {one.name: one for one in _parameters(session, wanted, told, room)}
        _contribute(session, found, told, room)


def _parameters(
    session: TuningSession, wanted: set[str], told: JobOptions, room: Room
) -> Iterator[Parameter]:
    """Not what the program has a parameter of that name for."""
    has_ranks, most = uses_mpi(session), told.nodes or 1
    free = wanted - session.parameters.keys()
    if NODES in free and has_ranks and (found := nodes(room)):
        yield found
        most = room.nodes
    found = ranks(room, told, most) if TASKS in free and has_ranks else None
    if found:  # where nodes vary, their number must not decide how many ranks there are
        yield replace(found, tacit=most == (told.nodes or 1))
    if BINDING in free and has_ranks and (found or told.tasks > 1):
        yield binding(ranks_vary=found is not None)
    if THREADS in free and uses_openmp(session) and OPENMP_THREADS not in session.environment:
        yield from filter(None, [threads(room)])


def _contribute(
    session: TuningSession, found: Mapping[str, Parameter], told: JobOptions, room: Room
) -> None:
    session.add_parameters(*found.values())
    for text in _constraints(found, told, room):
        session.add_constraint(Expression.parsed(text))
    if THREADS in found:
        session.supersede(OPENMP_THREADS, by=THREADS)
    if TASKS in found:
        alone = {THREADS: "1"} if THREADS in found else {}
        session.add_start({TASKS: str(_most_ranks(found[TASKS], told, room)), **alone})


def _most_ranks(parameter: Parameter, told: JobOptions, room: Room) -> int:
    """Of as many nodes as there are without varying them: what people try first."""
    fitting = (told.nodes or 1) * room.cpus // max(1, told.threads)
    return max(one for one in map(int, parameter.values) if one <= max(1, fitting))


def _constraints(found: Mapping[str, Parameter], told: JobOptions, room: Room) -> Iterator[str]:
    """No CPU is asked for twice, and no node has nothing to do; but for what is told so."""
    fixed = {TASKS: told.tasks, THREADS: told.threads or 1, NODES: told.nodes or 1}
    said = {name: name if name in found else str(value) for name, value in fixed.items()}
    as_it_is = " and ".join(f"{name} == {found[name].default}" for name in fixed if name in found)
    if not as_it_is:
        return
    yield f"{said[TASKS]} * {said[THREADS]} <= {said[NODES]} * {room.cpus} or ({as_it_is})"
    if NODES in found or (TASKS in found and told.nodes > 1):
        yield f"{said[TASKS]} >= {said[NODES]} or ({as_it_is})"
    if told.tasks_per_node and found.keys() & {TASKS, NODES}:
        yield f"{said[TASKS]} <= {said[NODES]} * {told.tasks_per_node} or ({as_it_is})"
