"""A candidate's runs, in turn with those of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ck_core.analysis.interleaving import Slot
from ck_core.analysis.racing import is_won, wants_another
from ck_core.errors import CkpError, StorageError
from ck_core.experiments.measuring.lanes import Lane
from ck_core.experiments.measuring.series import Judged
from ck_core.experiments.measuring.sessions import checked
from ck_core.tuning.constraints import Constraint, broken


@dataclass
class Race:
    """Against the best so far; a new best runs as often again beside the program as it is.

    Attributes:
        metric: by which they are compared.
        count: runs of a candidate; twice as many of one that may be the new best.
        constraints: what breaks one gets no more than ``count``.
        values: what the best so far took, one for each run of the candidate; empty where they
            cannot be compared.
        as_it_is: what the program as it is took, one for each run after those; empty unless the
            candidate is the new best.
    """

    candidate: Lane
    metric: str
    count: int
    constraints: Sequence[Constraint] = ()
    values: tuple[float, ...] = field(default=(), init=False)
    as_it_is: tuple[float, ...] = field(default=(), init=False)

    def run_alone(self) -> None:
        """Raises CkpError: it fails."""
        while (block := len(self.candidate.series.judged)) < self.count:
            self._measured(self.candidate, block)

    def run(self, best: Lane, as_it_is: Lane) -> None:
        """Raises CkpError: the candidate fails; if another does, it runs alone."""
        won, self.values = self._beats(best)
        if not self.values:
            self.run_alone()
        elif won:
            self.as_it_is = self._run(2 * self.count, as_it_is)

    def _beats(self, best: Lane) -> tuple[bool, tuple[float, ...]]:
        """With what the best so far took."""
        found: list[float] = []
        while self._goes_on(found):
            more = self._run(1, best)
            if not more:
                return False, ()
            found += more
        return is_won(self._own, found, self.count), tuple(found)

    def _goes_on(self, found: Sequence[float]) -> bool:
        if len(found) >= self.count and broken(self.candidate.series.metrics, self.constraints):
            return False
        return wants_another(self._ratios(found), self.count)

    def _ratios(self, found: Sequence[float]) -> list[float]:
        return [own / other for own, other in zip(self._own, found, strict=True)]

    @property
    def _own(self) -> list[float]:
        return [_time(one, self.metric) or 0.0 for one in self.candidate.series.judged]

    def _run(self, count: int, other: Lane) -> tuple[float, ...]:
        """What the other took; empty where it fails, or either's is nothing to divide by."""
        found: list[float] = []
        other.series.judged.clear()
        for _ in range(count):
            own, others = self._both(other)
            if own is None or others is None:
                return ()
            found.append(others)
        return tuple(found)

    def _both(self, other: Lane) -> tuple[float | None, float | None]:
        """Who is first takes turns, as in A B B A."""
        block = len(self.candidate.series.judged)
        if block % 2:
            own = self._measured(self.candidate, block)
            return own, self._other(other, block)
        others = self._other(other, block)
        return self._measured(self.candidate, block), others

    def _measured(self, lane: Lane, block: int) -> float | None:
        judged = lane.measure(Slot(block=block, variant=0), block)
        checked(lane, judged)
        return _time(judged, self.metric)

    def _other(self, lane: Lane, block: int) -> float | None:
        try:
            return self._measured(lane, block)
        except StorageError:
            raise
        except CkpError:
            return None


def _time(judged: Judged, name: str) -> float | None:
    """None unless above 0: nothing is a multiple of nothing."""
    found = judged.number(name)
    return found if found is not None and 0 < found < float("inf") else None
