"""A search whose evaluations run side by side, where a cluster has room for them.

Asked and told asynchronously: whatever ends first is told first, and the next is asked for then;
none waits for a straggler. One thread asks, tells and records.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import key_of
from ck_core.system.threads import wait_for_any
from ck_core.tuning.candidates import Candidate
from ck_core.tuning.deadline import TimeIsUpError
from ck_core.tuning.memory import Finding
from ck_core.tuning.search import NOTHING_NEW, Search, Told
from ck_core.tuning.still_builds import check_still_builds

Evaluated = tuple[Candidate, Finding | None]
"""And what was known of the same code, where it was not measured for that."""


@dataclass
class SearchBeside(Search):
    """Which of two ends first is chance, so the same seed need not ask for the same again.

    A search that goes on tells its strategy what was found, in that order, and asks for new ones.
    """

    _flying: dict[Future[Evaluated], Configuration] = field(default_factory=dict)

    def run(self, tell: Told) -> None:
        """As ``Search.run``; what was begun when the budget ends is waited for."""
        self._remember(tell)
        if not self.memory.findings:
            self._first(tell)
        self._fly(tell)

    def _remember(self, tell: Told) -> None:
        for finding in sorted(self.history.values(), key=lambda one: one.number):
            self._told(finding, tell)
        self.history.clear()

    def _first(self, tell: Told) -> None:
        """The program as it is, alone: what it does not give needs no further builds."""
        for finding in self._found([self.plan.starts[0]]):
            self._told(finding, tell)

    def _told(self, finding: Finding, tell: Told) -> None:
        self.memory.add(finding)
        tell(self.memory)
        with suppress(TimeIsUpError):  # which others on their way are not to blame for
            self._tell(finding.trial.configuration)

    def _fly(self, tell: Told) -> None:
        starts = [one for one in self.plan.starts if self.memory.of(one) is None]
        pool = ThreadPoolExecutor(max_workers=self.options.care.jobs)
        try:
            while self._launched(pool, starts):
                for future in wait_for_any(self._flying):
                    del self._flying[future]
                    self._told(self._landed(*future.result()), tell)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # closing the launcher ends its jobs
            raise
        pool.shutdown()

    def _launched(self, pool: ThreadPoolExecutor, starts: list[Configuration]) -> bool:
        """Whether anything is on its way: as much as there is room for, and as the budget lets."""
        while not self.is_over and self._has_room:
            configuration = self._wanted(starts)
            if configuration is None:
                break
            self._flying[pool.submit(self._evaluated, configuration)] = configuration
        return bool(self._flying)

    @property
    def _has_room(self) -> bool:
        return len(self._flying) < min(self.options.care.jobs, self._left)

    def _wanted(self, starts: list[Configuration]) -> Configuration | None:
        """None where the strategy has nothing new before more is told."""
        if starts:
            return starts.pop(0)
        with suppress(TimeIsUpError):
            return self._new()
        return None

    def _new(self) -> Configuration | None:
        """Raises TimeIsUpError."""
        flying = {key_of(one) for one in self._flying.values()}
        for _ in range(NOTHING_NEW):
            asked = self.plan.strategy.ask()
            if asked is None or self._is_late:
                return None
            if self.memory.of(asked) is not None:
                self._tell(asked)
            elif key_of(asked) not in flying:
                return asked
        return None

    def _evaluated(self, configuration: Configuration) -> Evaluated:
        """In a thread of its own."""
        (candidate,) = self.workshop.built([configuration])
        twin = self.memory.twin(candidate.identity)
        if twin is None and candidate.series.error is None:
            self.workshop.measure_beside(candidate)
        return candidate, twin

    def _landed(self, candidate: Candidate, twin: Finding | None) -> Finding:
        experiment = self.journal.recorder.open().cid
        check_still_builds([candidate], self.workshop, f"ckp autotune --resume {experiment}")
        if twin is not None:
            self._fail_alike(candidate.series, twin)
        found = self._finding(candidate, twin)
        self.workshop.discard(candidate)
        return found
