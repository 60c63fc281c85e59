"""What may be varied of a job: names are those of ``--launcher.NAME``."""

from __future__ import annotations

from collections.abc import Iterator

from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_plugins_hpc.launching.options import JobOptions
from ck_plugins_hpc.tuning.room import Room

TASKS, THREADS, NODES, BINDING = "tasks", "threads", "nodes", "bind"
GROUPS = {TASKS: "ranks", THREADS: "threads", NODES: "nodes", BINDING: "binding"}
_BINDINGS = ("none", "cores", "sockets")


def ranks(room: Room, told: JobOptions, nodes: int) -> Parameter | None:
    """From one on up to one for each CPU of ``nodes``, or as many as a node shall have."""
    of_a_node = min(told.tasks_per_node or room.cpus, room.cpus // max(1, told.threads))
    return _counts(TASKS, nodes * of_a_node, default=told.tasks)


def threads(room: Room) -> Parameter | None:
    """Of each rank. Without a number a job has one CPU, and a program by mpirun takes all."""
    return _counts(THREADS, room.cpus, default=room.cpus if room.is_shared else 1)


def nodes(room: Room) -> Parameter | None:
    return _counts(NODES, room.nodes, default=1)


def binding(*, ranks_vary: bool) -> Parameter:
    """One rank is free to move in either case."""
    several = Expression.parsed(f"{TASKS} > 1")
    return _parameter(
        BINDING, _BINDINGS, "none", ordered=False, condition=several if ranks_vary else None
    )


def _counts(name: str, most: int, *, default: int) -> Parameter | None:
    """Powers of two, and the most; None where that is one."""
    if max(most, default) < 2:
        return None
    values = tuple(map(str, sorted({*_powers_of_two(most), most, default})))
    return _parameter(name, values, str(default), ordered=True)


def _powers_of_two(most: int) -> Iterator[int]:
    step = 1
    while step <= most:
        yield step
        step *= 2


def _parameter(
    name: str,
    values: tuple[str, ...],
    default: str,
    *,
    ordered: bool,
    condition: Expression | None = None,
) -> Parameter:
    """The default is what the launcher does anyway."""
    return Parameter(
        name=name,
        values=values,
        default=default,
        group=GROUPS[name],
        place=Place.LAUNCHER,
        ordered=ordered,
        condition=condition,
        tacit=True,
        source="launcher",
    )
