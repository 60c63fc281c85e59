"""A candidate's runs, in turn with those of the best so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ck_core.analysis.interleaving import Slot
from ck_core.analysis.racing import wants_another
from ck_core.errors import CkpError, StorageError
from ck_core.experiments.measuring.lanes import Lane
from ck_core.experiments.measuring.series import Series
from ck_core.experiments.measuring.sessions import checked
from ck_core.tuning.beside import ratios
from ck_core.tuning.constraints import Constraint, broken


@dataclass
class Race:
    """Until there are enough runs, or more would hardly make it the best.

    Attributes:
        incumbent: the best so far, ready to run; None where there is none, and where it cannot
            be run again.
        metric: by which both are compared.
        count: runs of the candidate; twice as many where it may be the new best.
        constraints: what breaks one gets no more than ``count``.
    """

    candidate: Lane
    incumbent: Lane | None
    metric: str
    count: int
    constraints: Sequence[Constraint] = ()
    _order: int = field(default=0, init=False)

    def run(self) -> None:
        """Raises CkpError: the candidate fails."""
        if self.incumbent is not None:
            self.incumbent.series.judged.clear()
        for block in range(2 * self.count):
            if not self._goes_on(block):
                break
            self._run_both(block)

    @property
    def beside(self) -> tuple[float, ...]:
        """What the best so far took, one for each run of the candidate; empty if incomparable."""
        if self.incumbent is None:
            return ()
        own, found = _times(self.candidate.series, self.metric), self._beside
        return found if own and len(own) == len(found) else ()

    @property
    def _beside(self) -> tuple[float, ...]:
        return _times(self.incumbent.series, self.metric) if self.incumbent else ()

    def _goes_on(self, block: int) -> bool:
        if not self.beside:
            return block < self.count
        if block >= self.count and broken(self.candidate.series.metrics, self.constraints):
            return False
        own = _times(self.candidate.series, self.metric)
        return wants_another(ratios(own, self.beside), self.count)

    def _run_both(self, block: int) -> None:
        """Who is first takes turns, as in A B B A."""
        if block % 2:
            self._run(self.candidate, block)
            self._run_incumbent(block)
        else:
            self._run_incumbent(block)
            self._run(self.candidate, block)

    def _run(self, lane: Lane, block: int) -> None:
        self._order += 1
        checked(lane, lane.measure(Slot(block=block, variant=0), self._order - 1))

    def _run_incumbent(self, block: int) -> None:
        """It worked before: if it fails now, the candidate is not to blame and runs alone."""
        if self.incumbent is None:
            return
        try:
            self._run(self.incumbent, block)
        except StorageError:
            raise
        except CkpError:
            self.incumbent = None


def _times(series: Series, name: str) -> tuple[float, ...]:
    """Of each run; empty where one has none above 0, which nothing is a multiple of."""
    found = [one.number(name) for one in series.judged]
    known = tuple(one for one in found if one is not None and 0 < one < float("inf"))
    return known if len(known) == len(found) else ()
