"""What a search varied, kept with it: plugins may offer more, or less, when it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ck_core.domain.tuning.parameter import Parameter
from ck_core.domain.tuning.space import Space
from ck_core.errors import UsageError

_MOST = 3


@dataclass(frozen=True, kw_only=True)
class RecordedParameter:
    """As ``Parameter``; the condition is its text."""

    name: str
    values: tuple[str, ...]
    default: str
    place: str
    condition: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordedSpace:
    """In the order of the search."""

    parameters: tuple[RecordedParameter, ...]
    constraints: tuple[str, ...] = ()


def recorded_space(space: Space) -> RecordedSpace:
    return RecordedSpace(
        parameters=tuple(map(_recorded, space.parameters)),
        constraints=tuple(one.text for one in space.constraints),
    )


def _recorded(one: Parameter) -> RecordedParameter:
    return RecordedParameter(
        name=one.name,
        values=one.values,
        default=one.default,
        place=one.place.value,
        condition=one.condition.text if one.condition else "",
    )


def within(recorded: RecordedSpace, offered: Space, program: str) -> Space:
    """The part of what is offered now that a search varied; new offers are left out.

    Nothing of the record itself is used: a stranger's has nothing that is not offered.

    Args:
        program: its cid, for the command that begins anew.

    Raises:
        UsageError: something of it is no longer offered, or is something else now.
    """
    changes = [*_changes(recorded, offered)]
    if changes:
        more = f", and {len(changes) - _MOST} more" if len(changes) > _MOST else ""
        raise UsageError(
            f"what may be varied has changed since this search began: {', '.join(changes[:_MOST])}"
            f"{more}",
            hint=f"ckp autotune {program} begins a new one",
        )
    names = {*recorded.constraints}
    return Space(
        tuple(replace(offered.by_name[one.name], values=one.values) for one in recorded.parameters),
        tuple(one for one in offered.constraints if one.text in names),
    )


def _changes(recorded: RecordedSpace, offered: Space) -> Iterator[str]:
    for was in recorded.parameters:
        now = offered.by_name.get(was.name)
        yield from [f"{was.name} is no longer offered"] if now is None else _differences(was, now)
    known = {one.text for one in offered.constraints}
    yield from (f"{one} no longer constrains" for one in recorded.constraints if one not in known)


def _differences(was: RecordedParameter, parameter: Parameter) -> Iterator[str]:
    now = _recorded(parameter)
    gone = [one for one in was.values if one not in now.values]
    if gone:
        yield f"{was.name} no longer has {', '.join(map(repr, gone[:_MOST]))}"
    if now.default != was.default or was.default not in was.values:
        yield f"the default of {was.name} is {now.default!r}, not {was.default!r:.80}"
    if now.place != was.place:
        yield f"{was.name} is a {now.place}, not a {was.place:.80}"
    if now.condition != was.condition:
        yield f"{was.name} has another condition"
    if len(set(was.values)) != len(was.values):
        yield f"{was.name} has a value twice"
