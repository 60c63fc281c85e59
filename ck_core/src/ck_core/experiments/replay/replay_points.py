"""Which points of an experiment are replayed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.point import Point
from ck_core.domain.point_order import as_asked
from ck_core.errors import ComponentNotFoundError, UsageError
from ck_core.store.experiments.ck_import import points_of_ck
from ck_core.store.experiments.experiments import KIND
from ck_core.store.experiments.reading import read_points

_REPLAY_OF = "replay of "


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Attributes: points: UIDs, or how they begin; last: only the last session."""

    points: tuple[str, ...] = ()
    last: bool = False


def replay_note(point: Point) -> str:
    """``Point.replay_of`` for people, and for programs that read the note before there was one."""
    return f"{_REPLAY_OF}{point.uid}"


def find_experiment(cid: Cid, context: Context) -> Component:
    """Raises UsageError, ComponentNotFoundError."""
    if cid.kind != KIND or cid.name == "*":
        raise UsageError(
            f"ckp replay works on one experiment, not on '{cid}'",
            hint="ckp replay experiment:NAME; ckp ls experiment lists them",
        )
    return context.store.get(cid)


def chosen_points(experiment: Component, selection: Selection, context: Context) -> list[Point]:
    """Those that were named; else all that ended well, without earlier replays.

    Raises:
        ComponentNotFoundError: there are none, or none of that UID.
        UsageError: a UID is not enough, or its point failed when it was recorded.
    """
    points = _points(experiment, context)
    if selection.points:
        return [_named(uid, points, experiment) for uid in dict.fromkeys(selection.points)]
    sound = [one for one in points if not one.failed and not _is_replay(one)]
    if not sound:
        raise ComponentNotFoundError(
            f"{experiment.full_cid} has no point that ended well ({len(points)} in all)",
            hint=f"ckp show {shlex.quote(experiment.cid)} shows them",
        )
    return _last(sound) if selection.last else sound


def _points(experiment: Component, context: Context) -> list[Point]:
    """ckp's own, and those in CK's files; lines that cannot be read are told of."""

    def tell(trouble: object) -> None:
        context.reporter.warn(str(trouble))

    own = {one.uid: one for one in read_points(experiment.path, tell)}
    of_ck = {one.uid: one for one in points_of_ck(experiment, tell)}
    return as_asked({**of_ck, **own}.values())


def _is_replay(point: Point) -> bool:
    """Earlier versions told it in a note alone."""
    return bool(point.replay_of) or any(note.startswith(_REPLAY_OF) for note in point.notes)


def _last(points: Sequence[Point]) -> list[Point]:
    """The last one and what was measured in turn with it."""
    newest = points[-1]
    return [one for one in points if newest.session and one.session == newest.session] or [newest]


def _named(uid: str, points: Sequence[Point], experiment: Component) -> Point:
    found = [one for one in points if one.uid.startswith(uid.lower())]
    if not found:
        raise ComponentNotFoundError(
            f"{experiment.full_cid} has no point {uid!r:.40}",
            hint=f"ckp show {shlex.quote(experiment.cid)} shows them",
        )
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} points begin with {uid}", hint=f"for example {found[0].uid}"
        )
    if found[0].failed:
        raise UsageError(
            f"point {found[0].uid} failed when it was recorded ({found[0].stage}); there is "
            "nothing to reproduce",
            hint=f"ckp run {shlex.quote(found[0].program.cid)} tries the program again",
        )
    return found[0]
