"""Trials as points of an experiment, on the disk before the next one begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ck_core.domain.metric import Metric
from ck_core.domain.names import new_uid
from ck_core.domain.point import Point
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.strategy import Trial
from ck_core.experiments.measuring.lanes import Contexts
from ck_core.experiments.measuring.series import Series
from ck_core.experiments.recording.point_making import SessionFacts, point_of
from ck_core.experiments.recording.recording import Recorder
from ck_core.tuning.candidates import Candidate
from ck_core.tuning.memory import Finding
from ck_core.tuning.recorded_finals import Finalists

_SAME_CODE = "the same code as point {uid}, not measured again"


@dataclass(frozen=True, kw_only=True)
class Role:
    """What a candidate is in the finals.

    Attributes:
        name: ``winner``, ``as it is``, ``contender 2``, ...
        breaks: constraints that do not hold, as they were written.
        tells_commands: how it was built is recorded as well.
    """

    name: str
    breaks: Sequence[str] = ()
    tells_commands: bool = False


@dataclass
class Journal:
    """Points of one search.

    Attributes:
        uid: of the search; its points carry it, and what it is for.
        known: metrics by point, for those of the same code; of earlier runs of the search as well.
        finals: recorded by an earlier run of the search, behind all its trials.
    """

    uid: str
    strategy: str
    facts: SessionFacts
    contexts: Contexts
    recorder: Recorder
    objectives: Sequence[Objective] = (Objective(),)
    known: dict[str, Mapping[str, Metric]] = field(default_factory=dict)
    finals: Sequence[Finalists] = ()

    def trial(
        self,
        candidate: Candidate,
        number: int,
        trial: Trial,
        spent_s: float,
        twin: Finding | None,
    ) -> str:
        """UID of its point; of a twin the metrics stand there again, its values do not.

        Finals before it are those of a smaller search.
        """
        self.finals = ()
        point = self._point(candidate.series, new_uid())
        if twin:
            point = replace(
                point,
                metrics={**self.known.get(twin.point, {}), **point.metrics},
                notes=(*point.notes, _SAME_CODE.format(uid=twin.point)),
            )
        told = {**_told(trial), "identity": candidate.identity, "spent_s": round(spent_s, 3)}
        if beside := candidate.beside:
            won = {"as_it_is": list(beside.as_it_is)} if beside.is_won else {}
            told["beside"] = {"point": beside.point, "values": list(beside.values), **won}
        point = self._kept(replace(point, extra={**point.extra, "trial": number}), told)
        self.known[point.uid] = point.metrics
        return point.uid

    def final(self, candidate: Candidate, session: str, role: Role) -> Point:
        """One of the finals; all of one session were measured beside each other."""
        ready = candidate.series.ready if role.tells_commands else None
        commands = ready.built.build.commands if ready else ()
        told = {
            "role": role.name,
            "configuration": dict(candidate.configuration),
            "breaks": list(role.breaks),
            **({"commands": [list(one) for one in commands]} if commands else {}),
        }
        return self._kept(self._point(candidate.series, session), told)

    def _point(self, series: Series, session: str) -> Point:
        facts = replace(self.facts, uid=session)
        return point_of(series, facts, self.contexts.of(series.variant.target))

    def _kept(self, point: Point, told: Mapping[str, Any]) -> Point:
        objectives = [{"metric": one.metric, "maximize": one.maximize} for one in self.objectives]
        head = {"uid": self.uid, "strategy": self.strategy, "objectives": objectives}
        point = replace(point, extra={**point.extra, "tuning": {**head, **told}})
        self.recorder.keep(point)
        return point


def _told(trial: Trial) -> dict[str, Any]:
    return {
        "configuration": dict(trial.configuration),
        "costs": list(trial.costs),
        "failure": trial.failure,
    }
