"""Waits for jobs: one question for all of them, asked less often the longer nothing happens."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ck_core.domain.job import JobReport, JobState
from ck_core.errors import RunError
from ck_plugins_hpc.launching.manager import Manager

FIRST_S, MOST_S, SLOWER = 0.2, 10.0, 1.25
"""Between questions: after something has happened, at the most, and by what it grows."""
SHARE = 10.0
"""So many times as long as an answer takes nobody asks again: a busy manager is left in peace."""
SELDOM_S = 120.0
"""That it is asked after at the latest, however long it takes."""
SILENT = 5
"""Questions in a row without an answer: it may be no short break."""
GRACE_S = 30.0
"""How long a manager may not know a job that was just submitted, or has just ended."""


@dataclass(eq=False)
class Watched:
    """A run in a job; packed runs share theirs.

    Attributes:
        ended: called once, by the watcher's thread.
        answered: whether the run's answers are here; then it does not matter that the manager has
            forgotten the job.
    """

    job: str
    ended: Callable[[JobReport], None]
    answered: Callable[[], bool]
    state: JobState = JobState.WAITING
    missing_since: float | None = None


@dataclass
class Watcher:
    """Of one manager; its thread lives while there is something to watch.

    Attributes:
        questions: how often the manager was asked.
        unanswered: how many of them it did not answer.
        grace_s: how long it may not know a job.
        silent: so many questions in a row without an answer are told, and from then on results
            that are there are taken without it.
    """

    manager: Manager
    grace_s: float = GRACE_S
    silent: int = SILENT
    questions: int = 0
    unanswered: int = 0
    _watched: list[Watched] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _thread: threading.Thread | None = None
    _in_a_row: int = 0

    def watch(self, one: Watched) -> None:
        with self._changed:
            self._watched.append(one)
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()

    def forget(self, jobs: Iterable[str]) -> None:
        """Nobody waits for them any more."""
        gone = set(jobs)
        with self._changed:
            self._watched = [one for one in self._watched if one.job not in gone]
            self._changed.notify()

    def _work(self) -> None:
        least = interval = FIRST_S
        while self._waited(interval, least):
            began, before = time.monotonic(), self.unanswered
            happened = self._look()
            if self.unanswered > before:  # how long that took tells nothing of how busy it is
                least = interval = MOST_S
                continue
            least = max(FIRST_S, min(SHARE * (time.monotonic() - began), SELDOM_S))
            interval = least if happened else max(least, min(interval * SLOWER, MOST_S))

    def _waited(self, interval: float, least: float) -> bool:
        """Whether there is anything to watch; a job that is added makes it look sooner."""
        with self._changed:
            known = len(self._watched)
            if not known:
                self._thread = None
                return False
            is_more = self._changed.wait_for(lambda: len(self._watched) > known, interval)
        if is_more:
            time.sleep(least)
        return True

    def _look(self) -> bool:
        """Whether anything has changed."""
        with self._changed:
            watched = [*self._watched]
        reports = self._reports({one.job for one in watched})
        if reports is None:  # it comes back, or somebody presses Ctrl-C
            return self._in_a_row >= self.silent and self._end_answered(watched)
        ends = [
            (one, report)
            for one in watched
            if (report := _end_of(one, reports.get(one.job), self.grace_s))
        ]
        happened = [one for one in watched if _moved(one, reports.get(one.job))]
        self._end(ends)
        return bool(ends or happened)

    def _end_answered(self, watched: Iterable[Watched]) -> bool:
        done = JobReport(state=JobState.DONE)
        ends = [(one, done) for one in watched if one.answered()]
        self._end(ends)
        return bool(ends)

    def _end(self, ends: Iterable[tuple[Watched, JobReport]]) -> None:
        for one, report in ends:
            if self._taken(one):
                one.ended(report)

    def _reports(self, jobs: set[str]) -> Mapping[str, JobReport] | None:
        """None where the manager does not answer."""
        self.questions += 1
        try:
            found = self.manager.reports(jobs) if jobs else {}
        except Exception as error:  # noqa: BLE001  # without this thread all would wait for ever
            self.unanswered += 1
            self._in_a_row += 1
            if self._in_a_row == self.silent:
                said = error.message if isinstance(error, RunError) else str(error)
                sys.stderr.write(f"ckp: {said}: its jobs are waited for all the same\n")
            return None
        self._in_a_row = 0
        return found

    def _taken(self, one: Watched) -> bool:
        """Whether it was still watched."""
        with self._changed:
            if one not in self._watched:
                return False
            self._watched.remove(one)
            return True


def _moved(one: Watched, report: JobReport | None) -> bool:
    before, one.state = one.state, report.state if report else one.state
    return before is not one.state


def _end_of(one: Watched, report: JobReport | None, grace_s: float) -> JobReport | None:
    """None while it goes on, or the manager may still tell of it."""
    if report is not None:
        one.missing_since = None
        return report if report.state.is_over else None
    if one.answered():
        return JobReport(state=JobState.DONE)
    now = time.monotonic()
    one.missing_since = one.missing_since or now
    return JobReport(state=JobState.UNKNOWN) if now - one.missing_since > grace_s else None
