"""Trials as they were recorded: what is sound is believed, what is not is measured again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isclose

from ck_core.analysis.tuning_ending import values_told
from ck_core.domain.point import Point
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.strategy import FAILURES, Trial
from ck_core.errors import BadComponentError
from ck_core.tuning.beside import Beside
from ck_core.tuning.constraints import excess, read_constraints
from ck_core.tuning.costs import costs_of, values_of
from ck_core.tuning.memory import Finding
from ck_core.tuning.strict_json import read_as

_LONGEST_S = 1e9
_TOLD = 3


@dataclass(frozen=True, kw_only=True)
class RecordedBeside:
    """What ran in turn with a trial, as of ``Beside``."""

    point: str
    values: tuple[float, ...]
    as_it_is: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RecordedTrial:
    """What a trial's point tells of it."""

    configuration: dict[str, str]
    costs: tuple[float, ...]
    failure: str = ""
    identity: str = ""
    spent_s: float = 0.0
    beside: RecordedBeside | None = None

    @property
    def trial(self) -> Trial:
        return Trial(configuration=self.configuration, costs=self.costs, failure=self.failure)


def read_trial(point: Point) -> RecordedTrial:
    """Raises BadComponentError: somebody has edited it into nonsense."""
    found = read_as(RecordedTrial, values_told(point), "what it tells of the search", whole=False)
    number = point.extra.get("trial")
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise BadComponentError(f"{number!r:.40} is no number of a trial")
    if found.failure not in ("", *FAILURES) or bool(found.failure) == bool(found.costs):
        raise BadComponentError("it has neither costs nor what it failed of, or both")
    if not 0 <= found.spent_s <= _LONGEST_S:
        raise BadComponentError(f"nobody spends {found.spent_s:.3g} s")
    return found


@dataclass
class RecordedTrials:
    """Costs are those of the point's own measurements; who edits one of both is found out.

    Attributes:
        points: those that are used, in their order, with a finding each.
        left_out: a reason by the UID of each other point.
    """

    objectives: Sequence[Objective]
    constraints: Sequence[str] = ()
    points: list[Point] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    spent_s: float = 0.0
    _by_identity: dict[str, Finding] = field(default_factory=dict)
    _by_point: dict[str, Finding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._limits = read_constraints(self.constraints)

    def add(self, point: Point) -> None:
        try:
            told = read_trial(point)
            finding = self._finding(point, told)
        except BadComponentError as error:
            self.left_out[point.uid] = error.message
            return
        self.points.append(point)
        self.findings.append(finding)
        self._by_point[point.uid] = finding
        self.spent_s = max(self.spent_s, told.spent_s)
        if told.identity:
            self._by_identity.setdefault(told.identity, finding)

    def leave_out(self, uid: str, reason: str) -> None:
        """A point that was added, and is of no use after all."""
        self.left_out[uid] = reason
        self.points = [one for one in self.points if one.uid != uid]
        self.findings = [one for one in self.findings if one.point != uid]

    def tell(self, warn: Callable[[str], None]) -> None:
        """Once, of all that are left out."""
        reasons = [f"{uid}: {reason}" for uid, reason in self.left_out.items()]
        if reasons:
            more = f", and {len(reasons) - _TOLD} more" if len(reasons) > _TOLD else ""
            listed = "; ".join(reasons[:_TOLD])
            warn(f"points that cannot be used are measured again ({listed}{more})")

    def _finding(self, point: Point, told: RecordedTrial) -> Finding:
        """Raises BadComponentError."""
        twin = self._by_identity.get(told.identity)
        values = tuple(values_of(point, self.objectives[0].metric))
        beside = self._beside(told.beside, values) if told.beside else None
        measured = costs_of(point, self.objectives, beside) or (twin.measured if twin else ())
        self._check(point, told, measured)
        return Finding(
            number=int(point.extra["trial"]),
            trial=told.trial,
            identity=told.identity,
            point=point.uid,
            values=values,
            beside=beside,
            measured=measured,
            excess=excess(point.metrics, self._limits),
        )

    def _beside(self, told: RecordedBeside, values: Sequence[float]) -> Beside:
        """Raises BadComponentError."""
        best, first = self._by_point.get(told.point), self.findings[0] if self.findings else None
        if best is None or best.trial.failure or first is None or first.number:
            raise BadComponentError("what it ran in turn with cannot be used")
        others = (*told.values, *told.as_it_is)
        if not told.values or len(values) < len(others) or min(*values, *others) <= 0:
            raise BadComponentError("its runs and those in turn with them make no pairs")
        return Beside(
            point=told.point,
            cost=best.trial.cost,
            values=told.values,
            as_it_is_cost=first.measured[0],
            as_it_is=told.as_it_is,
        )

    def _check(self, point: Point, told: RecordedTrial, measured: Sequence[float]) -> None:
        times = (one.metric for one in self.objectives if one.is_time)
        if any(value < 0 for name in times for value in values_of(point, name)):
            raise BadComponentError("a time is negative")
        if told.failure:
            return
        alike = len(told.costs) == len(measured) and all(map(_are_equal, told.costs, measured))
        if point.failed or not alike:
            raise BadComponentError("its costs are not what was measured")


def _are_equal(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=1e-9)
