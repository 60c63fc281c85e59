"""Whether an experiment's points are of one and the same work."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.domain.point_names import is_own_choice
from ck_core.experiments.reading.experiment import OK, Experiment

_WORK = ("program", "command", "dataset", "emulated_by")
_CHOICES = "choices."


def mixtures(experiment: Experiment) -> dict[str, tuple[str, ...]]:
    """Of what differs among points that did not fail: its values, by the name filters know.

    Commands do the same work where an option of the program's chooses them.
    """
    names = set(experiment.names())
    known = {one: _full(one, names) for one in _WORK if names & {one, f"{_CHOICES}{one}"}}
    if "command" in known and _are_chosen(experiment, names):
        del known["command"]
    rows = experiment.narrowed(OK).select([*known.values()])
    columns = {name: {row[at] for row in rows} for at, name in enumerate(known, start=1)}
    return {
        name: tuple(sorted("" if one is None else str(one) for one in values))
        for name, values in columns.items()
        if len(values) > 1
    }


def _full(name: str, names: set[str]) -> str:
    return name if name in names else f"{_CHOICES}{name}"


def _are_chosen(experiment: Experiment, names: set[str]) -> bool:
    """Whether one choice names the command of every point, as ``point_names.says_command``."""
    if f"{_CHOICES}command" in names:
        return False
    plain = {one: one.removeprefix(_CHOICES) for one in names if one.startswith(_CHOICES)}
    own = [full for full, name in plain.items() if is_own_choice(name)]
    rows = experiment.narrowed(OK).select(["command", *own])
    columns = list(zip(*(row[1:] for row in rows), strict=True))
    commands = columns[0] if columns else ()
    return any(_names(column, commands) for column in columns[1:])


def _names(column: Sequence[object], commands: Sequence[object]) -> bool:
    return all(
        str(value).partition("@")[0] == command
        for value, command in zip(column, commands, strict=True)
    )
