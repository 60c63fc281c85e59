"""How often a manager is asked: once for all jobs, less often the longer nothing happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping
from itertools import pairwise

import pytest

from ck_core.domain.job import JobReport, JobState
from ck_core.errors import RunError
from ck_plugins_hpc.launching.watching import FIRST_S, MOST_S, SHARE, SLOWER, Watched, Watcher
from hpc.fakes.manager import FakeManager

JOBS = 1000
RUNNING = JobReport(state=JobState.RUNNING)


class SlowManager(FakeManager):
    """Takes its time for an answer, and tells when it was asked."""

    answer_s = 0.0
    problems = 0

    def reports(self, ids: Collection[str]) -> Mapping[str, JobReport]:
        self.began_at = [*getattr(self, "began_at", []), time.monotonic()]
        time.sleep(self.answer_s)
        if self.problems:
            self.problems -= 1
            self.questions.append(frozenset(ids))
            raise RunError("the controller is away")
        return super().reports(ids)


def watched(job: str, ends: list[JobReport], ended: threading.Event) -> Watched:
    def end(report: JobReport) -> None:
        ends.append(report)
        if len(ends) == JOBS:
            ended.set()

    return Watched(job=job, ended=end, answered=lambda: False)


def watching(manager: FakeManager, seconds: float) -> Watcher:
    """One job that goes on for so long."""
    watcher = Watcher(manager)
    manager.jobs["1"] = RUNNING
    watcher.watch(Watched(job="1", ended=print, answered=lambda: False))
    time.sleep(seconds)
    watcher.forget(["1"])
    return watcher


def test_a_thousand_jobs_are_one_question(capsys: pytest.CaptureFixture[str]) -> None:
    manager, ends, ended = SlowManager(), list[JobReport](), threading.Event()
    watcher = Watcher(manager)
    for number in range(JOBS):
        manager.jobs[str(number)] = RUNNING
        watcher.watch(watched(str(number), ends, ended))
    time.sleep(1.5)
    most = 3 + 1.5 / FIRST_S
    assert 2 <= watcher.questions <= most
    assert len(manager.questions[-1]) == JOBS
    done = JobReport(state=JobState.DONE)
    manager.jobs = dict.fromkeys(manager.jobs, done)
    assert ended.wait(30)
    assert ends == [done] * JOBS
    assert watcher.questions == len(manager.questions) <= 2 * most
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_pauses_grow_while_nothing_happens() -> None:
    manager = SlowManager()
    watching(manager, 3.0)
    pauses = [after - before for before, after in pairwise(manager.began_at)]
    assert 3 <= len(pauses) <= 3.0 / FIRST_S
    wanted = FIRST_S
    for pause in pauses:
        assert pause > 0.9 * wanted, pauses
        wanted = min(wanted * SLOWER, MOST_S)
    assert MOST_S == 10


@pytest.mark.slow
def test_a_manager_that_takes_long_is_left_in_peace() -> None:
    manager = SlowManager()
    manager.answer_s = 0.15
    watching(manager, 4.0)
    assert 2 <= len(manager.began_at) <= 4
    assert all(b - a > SHARE * 0.15 for a, b in pairwise(manager.began_at[1:]))


def test_packed_runs_are_asked_for_once() -> None:
    manager = FakeManager()
    manager.jobs["1"] = JobReport(state=JobState.DONE)
    ends: list[JobReport] = []
    watcher = Watcher(manager)
    for _ in range(3):
        watcher.watch(Watched(job="1", ended=ends.append, answered=lambda: False))
    until(lambda: len(ends) == 3)
    assert {*map(len, manager.questions)} == {1}


@pytest.mark.slow
def test_who_is_silent_is_asked_again_and_no_job_is_lost() -> None:
    """The next question is 10 s later, however long the silence took."""
    manager = SlowManager()
    manager.problems = 1
    manager.jobs["1"] = JobReport(state=JobState.DONE)
    ends: list[JobReport] = []
    watcher = Watcher(manager)
    watcher.watch(Watched(job="1", ended=ends.append, answered=lambda: False))
    until(lambda: watcher.unanswered == 1)
    assert ends == []
    watcher.watch(Watched(job="1", ended=ends.append, answered=lambda: False))
    until(lambda: len(ends) == 2)
    before, after = manager.began_at
    assert 9 < after - before < 14


def test_an_answer_that_makes_no_sense_stops_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    """Results that are there are taken without it, and other jobs are waited for."""

    class Confused(FakeManager):
        def reports(self, ids: Collection[str]) -> Mapping[str, JobReport]:
            raise ValueError("what is it")

    ends: dict[str, JobState] = {}
    watcher = Watcher(Confused(), silent=1)
    for job, has_answered in (("answered", True), ("open", False)):
        watcher.watch(
            Watched(
                job=job,
                ended=lambda report, job=job: ends.update({job: report.state}),  # type: ignore[misc]
                answered=lambda known=has_answered: known,  # type: ignore[misc]
            )
        )
    until(lambda: ends)
    assert ends == {"answered": JobState.DONE}
    assert "ckp: what is it: its jobs are waited for all the same" in capsys.readouterr().err
    watcher.forget(["open"])


@pytest.mark.slow
def test_a_job_that_is_not_known() -> None:
    """Has answered, or is given up after a while."""
    manager = FakeManager()
    ends: dict[str, JobState] = {}
    watcher = Watcher(manager, grace_s=0.5)
    for job, has_answered in (("answered", True), ("lost", False)):
        watcher.watch(
            Watched(
                job=job,
                ended=lambda report, job=job: ends.update({job: report.state}),  # type: ignore[misc]
                answered=lambda known=has_answered: known,  # type: ignore[misc]
            )
        )
    until(lambda: len(ends) == 2)
    assert ends == {"answered": JobState.DONE, "lost": JobState.UNKNOWN}
    assert [*ends] == ["answered", "lost"]


@pytest.mark.slow
def test_nobody_is_asked_for_nothing() -> None:
    manager = FakeManager()
    watcher = watching(manager, 0.5)
    time.sleep(0.5)
    count = watcher.questions
    time.sleep(0.6)
    assert watcher.questions == count
    assert all(manager.questions)


def until(happens: object) -> None:
    deadline = time.monotonic() + 30
    while not happens():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)
