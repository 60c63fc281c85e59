"""What a search has found out so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ck_core.analysis.pareto import Objective, frontier
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import key_of
from ck_core.domain.tuning.strategy import Trial
from ck_core.tuning.beside import Beside
from ck_core.tuning.constraints import FAILURE


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A trial with the point that tells all of it.

    Attributes:
        values: of the first objective, one a repetition.
        beside: what ran in turn with it, if anything did.
        measured: costs, where it breaks a constraint as well.
        excess: how far it is from holding all constraints, 0 where it does.
    """

    number: int
    trial: Trial
    identity: str
    point: str
    values: tuple[float, ...] = ()
    beside: Beside | None = None
    measured: tuple[float, ...] = ()
    excess: float = 0.0


@dataclass
class Memory:
    """Findings by configuration, by code, and in their order."""

    findings: list[Finding] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    _by_configuration: dict[object, Finding] = field(default_factory=dict)
    _by_identity: dict[str, Finding] = field(default_factory=dict)
    best: Finding | None = None
    _unbeaten: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        self.findings.append(finding)
        self._by_configuration[key_of(finding.trial.configuration)] = finding
        if finding.identity:
            self._by_identity.setdefault(finding.identity, finding)
        if finding.trial.failure:
            self.failures[finding.trial.failure] += 1
            return
        if self.is_better(finding):
            self.best = finding
        if len(finding.trial.costs) > 1:
            self._settle(finding)

    def _settle(self, finding: Finding) -> None:
        """On the frontier so far, unless something there is as good in all objectives."""
        if any(_is_as_good(one, finding) for one in self._unbeaten):
            return
        kept = [one for one in self._unbeaten if not _is_as_good(finding, one)]
        self._unbeaten = [*kept, finding]

    def is_better(self, finding: Finding) -> bool:
        """Than the best so far: of those that ran in turn the cheapest may be the luckiest, and
        what has the same code as another has not run.
        """
        if self.best is None:
            return True
        if (self.twin(finding.identity) or finding) is not finding:
            return False
        if finding.beside:
            return finding.beside.is_won
        return finding.trial.cost < self.best.trial.cost

    def of(self, configuration: Configuration) -> Finding | None:
        return self._by_configuration.get(key_of(configuration))

    def twin(self, identity: str) -> Finding | None:
        """What was found of the same code."""
        return self._by_identity.get(identity) if identity else None

    @property
    def since_best(self) -> int:
        """Trials after the best one, or the last that came onto the frontier; all, where none
        holds the constraints.
        """
        last = self._unbeaten[-1] if self._unbeaten else self.best
        return len(self.findings) - (last.number + 1 if last else 0)

    @property
    def nearest(self) -> Finding | None:
        """Of those that break a constraint the one that is nearest to holding all."""
        excluded = [one for one in self.findings if one.trial.failure == FAILURE]
        return min(excluded, key=lambda one: one.excess, default=None)

    def contenders(self, count: int) -> list[Finding]:
        """With code of their own: the best, or, for several objectives, those nothing beats; of
        many both ends, and evenly between them.
        """
        sound = [one for one in self.findings if not one.trial.failure]
        unique = {one.identity or one.point: one for one in reversed(sound)}
        ordered = sorted(unique.values(), key=lambda one: (one.trial.cost, one.number))
        if _has_several(ordered):
            return _thinned(_unbeaten(ordered), count * _FRONTIER)
        leading = [one for one in ordered if one is self.best]
        return [*leading, *(one for one in ordered if one is not self.best)][:count]


_FRONTIER = 3
"""Times as many finalists, where a whole frontier is measured again."""


def _has_several(findings: list[Finding]) -> bool:
    return bool(findings) and len(findings[0].trial.costs) > 1


def _unbeaten(findings: list[Finding]) -> list[Finding]:
    costs = [one.trial.costs for one in findings]
    objectives = [Objective(column=at) for at in range(len(costs[0]))]
    return [findings[at] for at in frontier(costs, objectives).kept]


def _thinned(findings: list[Finding], most: int) -> list[Finding]:
    if len(findings) <= most:
        return findings
    return [findings[at * (len(findings) - 1) // (most - 1)] for at in range(most)]


def _is_as_good(one: Finding, other: Finding) -> bool:
    pairs = zip(one.trial.costs, other.trial.costs, strict=True)
    return all(own <= its for own, its in pairs)
