"""Variants in turn, in random blocks, until each is known well enough."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from ck_core.analysis.interleaving import Slot, random_blocks
from ck_core.analysis.stopping import Rule, Step, Stop, next_look, next_step
from ck_core.domain.install import Progress
from ck_core.errors import CkpError, RunError, RunTimeoutError, StorageError, WrongOutputError
from ck_core.experiments.measuring.lanes import Lane
from ck_core.experiments.measuring.series import CORRECT, Judged, Series
from ck_core.experiments.measuring.time_left import time_left
from ck_core.experiments.measuring.timing import unmeasured
from ck_core.system.threads import wait_for_all

Finished = Callable[[Series], None]


class Session:
    """Measures lanes; each that has ended is told of at once.

    Args:
        repetitions: of each that has no number of its own; None goes by the rule.
        jobs: repetitions that are measured side by side.
        finished: is given each series when nothing more will be measured of it.
    """

    def __init__(
        self,
        lanes: Sequence[Lane],
        *,
        rule: Rule,
        repetitions: int | None,
        seed: int,
        finished: Finished,
        jobs: int = 1,
    ) -> None:
        self._lanes = lanes
        self._rule = rule
        self._repetitions = repetitions
        self._seed = seed
        self._jobs = jobs
        self._finished = finished
        self._running = dict(enumerate(lanes))
        self._order = 0

    def run(self, tell: Progress) -> None:
        """Until every lane has ended.

        Raises:
            StorageError, KeyboardInterrupt: what was measured stays in the series.
            UsageError: nothing tells the time that is to decide; nothing stays.
        """
        self._each(Lane.warm_up)
        blocks = random_blocks(len(self._lanes), seed=self._seed)
        while self._running:
            if self._jobs > 1:
                self._measure_beside(self._slots(blocks))
            else:
                for slot in next(blocks):
                    self._measure(slot)
            self._decide()
            self._tell(tell)

    def _slots(self, blocks: Iterator[Sequence[Slot]]) -> list[Slot]:
        """Of as many whole blocks as are measured at once; no more than anybody wants."""
        wanted = [
            (self._wanted(one.series) or self._rule.max_repetitions) - len(one.series.judged)
            for one in self._running.values()
        ]
        count = max(1, min(self._jobs // len(self._running), *wanted))
        return [slot for _ in range(count) for slot in next(blocks)]

    def _measure_beside(self, slots: Sequence[Slot]) -> None:
        """Each in a thread, which waits for its job; what came of it is looked at in order."""
        known = [(one, self._running[one.variant]) for one in slots if one.variant in self._running]
        pool = ThreadPoolExecutor(max_workers=self._jobs)
        try:
            began = time.perf_counter()
            waiting = [
                pool.submit(lane.measured_beside, slot, self._order + place)
                for place, (slot, lane) in enumerate(known)
            ]
            self._order += len(known)
            wait_for_all(waiting)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # closing their launcher ends them
            raise
        pool.shutdown()
        spent_s = (time.perf_counter() - began) / max(1, len(known))
        for (slot, lane), found in zip(known, waiting, strict=True):
            self._settle(slot.variant, lane, found, spent_s)

    def _settle(self, number: int, lane: Lane, found: Future[Judged], spent_s: float) -> None:
        if number not in self._running:
            return
        lane.series.spent_s += spent_s

        def take() -> None:
            judged = found.result()
            lane.series.judged.append(judged)
            checked(lane, judged)

        self._attempt(number, take)
        self._check_time(number, lane.series)

    def _tell(self, tell: Progress) -> None:
        running = [one.series for one in self._running.values()]
        left = time_left(running, self._rule, self._repetitions)
        known = sum(one.series.precise for one in self._lanes)
        ended = len(self._lanes) - len(running)
        is_counted = all(self._wanted(one) for one in running)
        done, what = (ended, "ended") if is_counted else (known, "medians known")
        tell(f"{self._order} repetitions, {left}; {what}", done, len(self._lanes))

    def _each(self, action: Callable[[Lane], object]) -> None:
        for number, lane in [*self._running.items()]:
            self._attempt(number, lambda lane=lane: action(lane))  # type: ignore[misc]  # bound early

    def _measure(self, slot: Slot) -> None:
        if lane := self._running.get(slot.variant):
            order, self._order = self._order, self._order + 1
            self._attempt(slot.variant, lambda: checked(lane, lane.measure(slot, order)))
            self._check_time(slot.variant, lane.series)

    def _check_time(self, number: int, series: Series) -> None:
        """Of the first repetition: who asks for a time that is not there shall not wait."""
        if series.error or series.times or len(series.judged) != 1:
            return
        assert series.ready is not None  # noqa: S101  # it was measured
        program = series.ready.program
        problem = unmeasured(series.metric, program.name, series.measured_names())
        if series.metric == program.metric:  # nobody has mistyped it: this variant is at fault
            self._end(number, RunError(problem.message, hint=problem.hint))
            return
        for lane in self._lanes:
            lane.series.judged.clear()
        raise problem

    def _attempt(self, number: int, action: Callable[[], object]) -> None:
        """A variant that fails takes no other with it; a disk that is full does."""
        try:
            action()
        except StorageError:
            raise
        except CkpError as error:
            self._end(number, error)

    def _end(self, number: int, error: CkpError | None = None) -> None:
        lane = self._running.pop(number)
        if error:
            lane.series.fail(error, stage_of(error))
        lane.close(error)
        self._finished(lane.series)

    def _decide(self) -> None:
        for number, lane in [*self._running.items()]:
            self._look(number, lane.series)
        series = [one.series for one in self._running.values()]
        if series and all(one.precise for one in series):
            for number, lane in [*self._running.items()]:
                lane.series.stop = Stop.PRECISE
                self._end(number)

    def _look(self, number: int, series: Series) -> None:
        """One that is known well enough goes on beside the others, so that pairs are whole.

        What it measures meanwhile may widen its interval: each look counts anew.
        """
        if (wanted := self._wanted(series)) is not None:
            stop = Stop.COUNT if len(series.judged) >= wanted else None
        else:
            step = next_step(series.times, self._rule, spent_s=series.spent_s)
            _look(series, step)
            stop = step.stop if step.stop is not Stop.PRECISE else None
            if len(series.judged) >= self._rule.max_repetitions:
                stop = Stop.COUNT  # however many of them lack the time
            if stop and step.precise:
                stop = Stop.PRECISE
        if stop:
            series.stop = stop
            self._end(number)

    def _wanted(self, series: Series) -> int | None:
        return series.variant.repetitions or self._repetitions


def _look(series: Series, step: Step) -> None:
    """Between looks nothing is decided: who looks too often stops at accidents."""
    count = len(series.times)
    if count == next_look(count - 1):
        if series.precise and not step.precise:
            series.seemed = series.looked
        series.precise, series.looked = step.precise, count


def stage_of(error: CkpError) -> str:
    """Of a run; as ``domain.point.STAGES`` names it."""
    if isinstance(error, RunTimeoutError):
        return "timeout"
    return "output" if isinstance(error, WrongOutputError) else "run"


def checked(lane: Lane, judged: Judged) -> None:
    """Raises WrongOutputError: no time of a wrong program counts."""
    if judged.is_wrong:
        name, detail = lane.prepared.scene.program.name, judged.metrics[CORRECT].detail
        raise WrongOutputError(
            f"program:{name} gave a wrong result: {detail}",
            hint=f"ckp run program:{name} with the same choices; --flags=-O0 tells whether "
            "optimisation is to blame",
        )
