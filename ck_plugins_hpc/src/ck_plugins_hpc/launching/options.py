"""What ``--launcher.KEY=VALUE`` says of jobs, whichever manager runs them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ck_core.errors import UsageError
from ck_plugins_hpc.launching.units import megabytes_of, minutes_of

BINDINGS = ("none", "cores", "sockets", "threads")
STARTERS = ("auto", "mpirun", "native", "none")
LEAVES = ("ask", "leave", "cancel")
_MOST = 1 << 20
_ID = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True, kw_only=True)
class JobOptions:
    """Attributes: what is empty or None is left to the manager.

    nodes: machines of a job; 0: as many as its tasks need.
    tasks: ranks of a program's run, over all nodes; where it is not given, one on each, or
        ``tasks_per_node``.
    tasks_per_node: at the most; 0 leaves it open.
    threads: CPUs of each task, and its ``OMP_NUM_THREADS``; 0 is one CPU, and no variable.
    time: walltime of a job in minutes.
    memory: megabytes on each node.
    partition: Slurm's partition, Flux's queue.
    native: words for the manager's own command, as they are.
    bind: what each task is bound to.
    start: how several tasks are started: by MPI's own command, by the manager's, or not at all.
    after: ids of jobs that must have succeeded before: one that builds what is run, say.
    build: builds are made in a job, too.
    pack: runs that share a job, one after the other.
    python: starts the measuring script where the job runs.
    on_interrupt: what becomes of jobs when nobody waits any more.
    """

    nodes: int = 0
    tasks: int = 1
    tasks_per_node: int = 0
    threads: int = 0
    time: float | None = None
    memory: int | None = None
    partition: str = ""
    account: str = ""
    qos: str = ""
    constraint: str = ""
    exclusive: bool = False
    native: tuple[str, ...] = ()
    bind: str = "none"
    start: str = "auto"
    after: tuple[str, ...] = ()
    build: bool = False
    pack: int = 1
    python: str = ""
    on_interrupt: str = "ask"

    @property
    def is_parallel(self) -> bool:
        """Whether somebody has to start several processes of the program."""
        return self.start != "none" and (self.tasks > 1 or self.nodes > 1)


def parse_job_options(given: Mapping[str, str], launcher: str) -> JobOptions:
    """Raises UsageError for a name that nobody knows, or a value that is none."""
    found: dict[str, Any] = {}
    for name, text in given.items():
        key = _ALIASES.get(name, name).replace("-", "_")
        if key not in _PARSERS:
            raise UsageError(
                f"launcher {launcher} knows no option '{name:.40}'",
                hint=f"it knows {', '.join(_NAMES)}",
            )
        found[key] = _parsed(name, text, _PARSERS[key])
    found.setdefault("tasks", found.get("nodes", 1) * found.get("tasks_per_node", 1))
    options = JobOptions(**found)
    if options.nodes > options.tasks:
        raise UsageError(
            f"{options.tasks} tasks cannot use {options.nodes} nodes",
            hint=f"--launcher.tasks={options.nodes}, or fewer nodes",
        )
    return options


def _parsed(name: str, text: str, parse: Callable[[str], Any]) -> Any:
    try:
        return parse(text)
    except ValueError as error:
        raise UsageError(f"--launcher.{name}={text:.60} is {error}") from None


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MOST:
        raise ValueError(f"no whole number from 1 to {_MOST}")
    return int(text)


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"none of {', '.join(choices)}")
        return text

    return parse


def _flag(text: str) -> bool:
    return _one_of("yes", "no")(text) == "yes"


def _word(text: str) -> str:
    """One value of one option of the manager: it becomes an argument of its own."""
    if not text.isprintable() or text.startswith("-"):
        raise ValueError("no plain name")
    return text


def _words(text: str) -> tuple[str, ...]:
    if not text.isprintable():
        raise ValueError("no printable text")
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise ValueError(f"no words of a shell ({error})") from None


def _ids(text: str) -> tuple[str, ...]:
    ids = tuple(text.split(":"))
    if not all(_ID.fullmatch(one) for one in ids):
        raise ValueError("no job ids with ':' between them")
    return ids


_ALIASES = {"queue": "partition", "cpus-per-task": "threads", "mpi": "start"}
_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "nodes": _whole,
    "tasks": _whole,
    "tasks_per_node": _whole,
    "threads": _whole,
    "time": minutes_of,
    "memory": megabytes_of,
    "partition": _word,
    "account": _word,
    "qos": _word,
    "constraint": _word,
    "exclusive": _flag,
    "native": _words,
    "bind": _one_of(*BINDINGS),
    "start": _one_of(*STARTERS),
    "after": _ids,
    "build": _flag,
    "pack": _whole,
    "python": _word,
    "on_interrupt": _one_of(*LEAVES),
}
_NAMES = tuple(name.replace("_", "-") for name in _PARSERS)
assert _PARSERS.keys() == {one.name for one in fields(JobOptions)}  # noqa: S101  # one of each
