"""How a search of ``ckp autotune`` ended: its winner beside the baselines, from recorded points."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ck_core.analysis.comparison import Verdict
from ck_core.analysis.differing_words import LONG, told_apart
from ck_core.analysis.gains import gain_over
from ck_core.analysis.pareto import Objective as Column
from ck_core.analysis.pareto import interval_frontier
from ck_core.analysis.point_comparison import Compared
from ck_core.domain.point import Point
from ck_core.domain.tuning.objective import Objective

AS_IT_IS = "as it is"
WINNER = "winner"
CONTENDER = "contender"
REDUCED = "reduced"
LOWER = "-O2"
BASELINES = frozenset({AS_IT_IS, LOWER})
"""Roles of what a winner is set beside."""
_MARK = "tuning"
_TRIAL = "trial"
_BEST_FOUND = "best found"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a point says of the search that it belongs to.

    Attributes:
        uid: of the search.
        role: in its last runs; empty for a trial.
        failure: what a trial failed of.
        breaks: the constraints that do not hold, as they were written.
    """

    uid: str
    strategy: str
    objectives: tuple[Objective, ...]
    role: str = ""
    failure: str = ""
    breaks: tuple[str, ...] = ()


Session = list[tuple[Point, Told]]
"""Points that were measured beside each other."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One of those that were measured beside each other.

    Attributes:
        name: ``winner``, or ``best found`` where it is not proved to be one, ``as it is (-O3)``,
            ``-O2``, ``contender 2``.
        gain: of the winner over it; None of the winner itself, and where one of both failed.
    """

    name: str
    role: str
    point: Point
    gain: Compared | None = None
    breaks: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        return self.point.failed

    @property
    def verdict(self) -> Verdict:
        """Of the winner beside it."""
        return self.gain.comparison.verdict if self.gain else Verdict.UNDECIDED


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The last runs of a search, or of a prediction.

    Attributes:
        standings: the winner, then the baselines; of several objectives the frontier; the
            baselines alone where nothing is known to be better.
    """

    told: Told
    standings: tuple[Standing, ...]

    @property
    def winner(self) -> Standing | None:
        """None of several objectives, and where nothing is known to be better."""
        return self._of(WINNER)

    @property
    def is_frontier(self) -> bool:
        """Whether there are several objectives."""
        return len(self.told.objectives) > 1

    @property
    def as_it_is(self) -> Standing | None:
        """None of several objectives, where something beats it."""
        return self._of(AS_IT_IS)

    @property
    def is_proved(self) -> bool:
        """Whether there is a winner that is better than the program as it is, beyond noise.

        It is as well where that fails, or breaks a constraint.
        """
        winner, base = self.winner, self.as_it_is
        if winner is None or winner.failed:
            return False
        if base is None or base.failed or base.breaks:
            return True
        is_other = winner.point.choices != base.point.choices
        return is_other and base.verdict is Verdict.FASTER

    @property
    def recommended(self) -> Standing | None:
        """The winner where it is proved, else the program as it is where that works."""
        return self.winner if self.is_proved else self.as_it_is or self.winner

    def _of(self, role: str) -> Standing | None:
        return next((one for one in self.standings if one.role == role), None)


def told_by(point: Point) -> Told | None:
    """None for a point of no search; nonsense that somebody has edited is left out."""
    told = values_told(point)
    if not isinstance(told.get("uid"), str):
        return None
    return Told(
        uid=told["uid"],
        strategy=_text(told, "strategy"),
        objectives=tuple(_objectives(told.get("objectives"))) or (Objective(),),
        role=_text(told, "role"),
        failure=_text(told, "failure"),
        breaks=tuple(one for one in _list(told.get("breaks")) if isinstance(one, str)),
    )


def standing_in_search(point: Point) -> str:
    """``trial 17``, from 1 as pictures count them, or ``winner``; empty for a point of no search.

    Told by the point alone: somebody may have edited what it is.
    """
    told, number = told_by(point), point.extra.get(_TRIAL)
    if told is None or told.role:
        return told.role if told else ""
    is_number = isinstance(number, int) and not isinstance(number, bool)
    return f"{_TRIAL} {number + 1}" if is_number and number is not None else ""


def has_role(point: Point) -> bool:
    """Whether it is of the last runs of a search."""
    told = told_by(point)
    return told is not None and bool(told.role)


def values_told(point: Point) -> Mapping[str, Any]:
    """As they were recorded; empty for a point of no search."""
    told = point.extra.get(_MARK)
    return told if isinstance(told, dict) else {}


def _text(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    return found if isinstance(found, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _objectives(value: object) -> Iterator[Objective]:
    for one in _list(value):
        if isinstance(one, dict) and isinstance(one.get("metric"), str):
            yield Objective(metric=one["metric"], maximize=one.get("maximize") is True)


def ending_of(points: Sequence[Point]) -> Ending | None:
    """Of the session that ``end_among`` finds."""
    session = end_among(points)
    return _ending(session) if session else None


def end_among(points: Iterable[Point]) -> Session:
    """The last session, in the order they were recorded, that set baselines beside others.

    A prediction that nothing is better measures the baselines alone. Empty where there is none.
    """
    for session in reversed(last_runs(points)):
        roles = {told.role for _, told in session}
        if {AS_IT_IS} <= roles <= BASELINES or is_end(roles, session[0][1].objectives):
            return session
    return []


def end_for(points: Iterable[Point], objectives: Collection[Objective]) -> list[Point]:
    """What the last runs of a search tell of its frontier, where it was for just these objectives.

    Trials ran few times: what is best of many is lucky, and was measured again. What broke a
    constraint is left out. Empty where the search had other objectives, or did not end.
    """
    session = end_among(points)
    if len(objectives) < 2 or not session or {*session[0][1].objectives} != {*objectives}:
        return []
    return [point for point, told in session if not told.breaks]


def attempts(points: Iterable[Point]) -> set[str]:
    """UIDs of the steps by which something was left out of a winner, which runs in each again."""
    roles = {WINNER, REDUCED}
    sessions = (one for one in last_runs(points) if {told.role for _, told in one} <= roles)
    found = (one for one in sessions if any(told.role == REDUCED for _, told in one))
    return {point.uid for session in found for point, _ in session}


def is_trial(point: Point) -> bool:
    """Whether it is of a search, and of no last runs."""
    told = told_by(point)
    return told is not None and not told.role


def last_runs(points: Iterable[Point]) -> list[Session]:
    """By session, in the order they were recorded; trials are left out."""
    sessions: dict[str, Session] = {}
    for point in points:
        told = told_by(point)
        if told and told.role:
            sessions.setdefault(point.session, []).append((point, told))
    return [*sessions.values()]


def is_end(roles: Container[str], objectives: Sequence[Objective]) -> bool:
    """Attempts to leave something out of the winner have no baselines beside them."""
    return AS_IT_IS in roles and (WINNER in roles or len(objectives) > 1)


def _ending(session: Session) -> Ending:
    told = session[0][1]
    if len(told.objectives) > 1:
        return Ending(told=told, standings=tuple(_on_frontier(session, told.objectives)))
    winner = next((point for point, one in session if one.role == WINNER), None)
    objective = told.objectives[0]
    standings = (_standing(*one, winner=winner, objective=objective) for one in session)
    return _named(Ending(told=told, standings=tuple(standings)))


def _named(ending: Ending) -> Ending:
    """What is not proved to be better has won nothing."""
    if ending.is_proved:
        return ending
    standings = [
        replace(one, name=_BEST_FOUND) if one.role == WINNER else one for one in ending.standings
    ]
    return replace(ending, standings=tuple(standings))


def _on_frontier(session: Session, objectives: Sequence[Objective]) -> Iterator[Standing]:
    """Each with its flags, or what differs between them, where that is short."""
    kept = unbeaten([point for point, told in session if not told.breaks], objectives)
    uids = {one.uid for one in kept}
    found = [one for one in session if one[0].uid in uids]
    flags = told_apart([str(point.choices.get("flags", "")) for point, _ in found])
    for (point, told), text in zip(found, flags, strict=True):
        one = _standing(point, told)
        is_telling = one.name == told.role != text and 0 < len(text) <= LONG
        yield replace(one, name=f"{told.role} ({text})") if is_telling else one


def _standing(
    point: Point, told: Told, winner: Point | None = None, objective: Objective | None = None
) -> Standing:
    gain = None
    if winner and objective and point is not winner and not winner.failed and not point.failed:
        gain = gain_over(winner, point, objective)
    name = name_of(told.role, point)
    return Standing(name=name, role=told.role, point=point, gain=gain, breaks=told.breaks)


def name_of(role: str, point: Point) -> str:
    """With the flags that the program has as it is."""
    if role != AS_IT_IS:
        return role
    level = {"speed": "-O3", "size": "-Os"}.get(str(point.choices.get("level", "")), "")
    flags = " ".join(filter(None, (level, str(point.choices.get("flags", "")))))
    return f"{role} ({flags})" if flags else role


def unbeaten(points: Sequence[Point], objectives: Sequence[Objective]) -> list[Point]:
    """Those on the frontier of what did not fail; intervals are respected."""
    sound = [one for one in points if not one.failed]
    boxes = [[_box(one, each) for each in objectives] for one in sound]
    columns = [Column(column=at) for at in range(len(objectives))]
    return [sound[at] for at in interval_frontier(boxes, columns).kept]


def _box(point: Point, objective: Objective) -> tuple[float, float] | None:
    """Of costs; None where it was not measured."""
    metric = point.metrics.get(objective.metric)
    if metric is None or metric.value is None:
        return None
    ends = [metric.value if one is None else one for one in (metric.low, metric.high)]
    low, high = sorted(objective.cost(float(one)) for one in ends)
    return low, high
