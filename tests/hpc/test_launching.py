"""The dispatcher with a manager that does what a test wants."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.domain.job import JobRecord, JobReport, JobState
from ck_core.domain.run import RunRequest
from ck_core.errors import RunError, StorageError
from ck_core.system.files import owned_name
from ck_core.system.job_records import keep_job, kept_jobs
from ck_plugins_hpc.launching.dispatching import TRIES, Dispatcher
from ck_plugins_hpc.launching.entries import Entry, key_of, read_answers, written_entry
from ck_plugins_hpc.launching.inside import measured
from ck_plugins_hpc.launching.manager import Batch, NoAnswerError
from ck_plugins_hpc.launching.options import JobOptions
from ck_plugins_hpc.launching.watching import Watcher
from hpc.fakes.manager import FakeManager

LONG_GONE = 1 << 22
"""No process has such a number."""


@pytest.fixture
def request_of(ckp_home: Path) -> RunRequest:
    """A run of ``true``, in a directory of ckp's own."""
    directory = ckp_home / "cache" / "runs" / owned_name("it-")
    directory.mkdir(parents=True)
    return RunRequest(
        arguments=("true",),
        environment={"PATH": "/usr/bin:/bin"},
        directory=directory,
        launcher="fake",
    )


@pytest.fixture
def manager() -> FakeManager:
    return FakeManager()


@pytest.fixture
def dispatcher(manager: FakeManager) -> Iterator[Dispatcher]:
    with closing(Dispatcher(manager)) as made:
        yield made


def test_a_run(dispatcher: Dispatcher, manager: FakeManager, request_of: RunRequest) -> None:
    (repetition,) = dispatcher.run(request_of).repetitions
    assert repetition.exit_status == 0
    assert repetition.job
    assert (repetition.job.id, repetition.job.nodes) == ("1.0", ("fake1",))
    assert repetition.monitored["queue_s"] == 0.5
    assert kept_jobs() == []
    (left,) = request_of.directory.iterdir()
    assert left.name.startswith("rep-")


@pytest.mark.parametrize(
    "state", [JobState.NODE_FAILED, pytest.param(JobState.PREEMPTED, marks=pytest.mark.slow)]
)
def test_what_the_cluster_loses_is_run_again(
    dispatcher: Dispatcher, manager: FakeManager, request_of: RunRequest, state: JobState
) -> None:
    manager.fates = [state] * (TRIES - 1)
    result = dispatcher.run(request_of)
    assert len(manager.batches) == TRIES == 3
    assert result.error == ""
    assert result.notes["job"] == (
        f"job 1.0 {state.value}: run again; job 2.0 {state.value}: run again"
    )


@pytest.mark.slow
def test_not_for_ever(dispatcher: Dispatcher, manager: FakeManager, request_of: RunRequest) -> None:
    manager.fates = [JobState.NODE_FAILED] * 9
    result = dispatcher.run(request_of)
    assert len(manager.batches) == 3
    assert result.error == "was not measured: fake job 3.0 lost its node"
    assert kept_jobs() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "state",
    [JobState.FAILED, JobState.TIMED_OUT, JobState.OUT_OF_MEMORY, JobState.CANCELLED],
)
def test_what_fails_is_not_run_again(
    dispatcher: Dispatcher, manager: FakeManager, request_of: RunRequest, state: JobState
) -> None:
    manager.fates = [state]
    result = dispatcher.run(request_of)
    assert len(manager.batches) == 1
    assert result.error.startswith("was not measured: fake job 1.0 ")
    assert result.timed_out is (state is JobState.TIMED_OUT)


def test_a_lost_job_has_answered_before(
    dispatcher: Dispatcher, manager: FakeManager, request_of: RunRequest
) -> None:
    """Its node went down between its answers and its end."""

    def run_it(batch: Batch) -> None:
        FakeManager().submit(batch)

    manager.before, manager.fates = run_it, [JobState.NODE_FAILED]
    assert dispatcher.run(request_of).error == ""
    assert len(manager.batches) == 1


@pytest.mark.slow
def test_a_manager_that_is_away_is_waited_for(
    dispatcher: Dispatcher, manager: FakeManager, request_of: RunRequest
) -> None:
    """Once it has answered; who is not there at the beginning is an error."""
    absences = [2, 1]

    def away(_batch: Batch) -> None:
        if absences[0]:
            absences[0] -= 1
            raise NoAnswerError("nobody is there")

    manager.before = away
    with pytest.raises(NoAnswerError):
        dispatcher.run(request_of)
    absences[0] = 0
    dispatcher.run(request_of)
    absences[0] = 1
    assert dispatcher.run(request_of).error == ""


@pytest.mark.parametrize("problem", [RunError("no"), ValueError("a defect"), OSError("no disk")])
def test_whatever_stops_a_submission_stops_the_run(
    dispatcher: Dispatcher, manager: FakeManager, request_of: RunRequest, problem: Exception
) -> None:
    """And nobody waits for ever."""

    def refuse(_batch: Batch) -> None:
        raise problem

    manager.before = refuse
    with pytest.raises(type(problem)):
        dispatcher.run(request_of)


def test_jobs_that_cannot_be_remembered_are_not_submitted(
    dispatcher: Dispatcher, manager: FakeManager, request_of: RunRequest, ckp_home: Path
) -> None:
    (ckp_home / "jobs").write_text("in the way")
    with pytest.raises(StorageError):
        dispatcher.run(request_of)
    assert manager.batches == []


def test_what_is_submitted_while_ckp_ends_is_cancelled(
    manager: FakeManager, request_of: RunRequest
) -> None:
    submitting, goes_on = threading.Event(), threading.Event()

    def wait(_batch: Batch) -> None:
        submitting.set()
        goes_on.wait(10)

    manager.before, manager.fates = wait, [JobState.RUNNING]
    dispatcher = Dispatcher(manager)
    errors: list[str] = []
    runs = threading.Thread(target=lambda: errors.append(said(dispatcher, request_of)))
    runs.start()
    assert submitting.wait(10)
    closes = threading.Thread(target=dispatcher.close)
    closes.start()
    goes_on.set()
    closes.join(10)
    runs.join(10)
    assert manager.cancelled == ["1.0"]
    assert errors == ["nobody waited for its job"]
    assert kept_jobs() == []
    assert said(dispatcher, request_of) == "nobody waits for it any more"


def test_jobs_that_cannot_be_cancelled_are_remembered(
    manager: FakeManager, request_of: RunRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    manager.fates, manager.is_away = [JobState.RUNNING], True
    dispatcher = Dispatcher(manager)
    errors: list[str] = []
    runs = threading.Thread(target=lambda: errors.append(said(dispatcher, request_of)))
    runs.start()
    assert manager.asked.wait(10)
    dispatcher.close()
    runs.join(10)
    assert [one.record.id for one in kept_jobs()] == ["1.0"]
    assert "nobody is there: jobs go on; ckp jobs --cancel ends them" in capsys.readouterr().err


def said(dispatcher: Dispatcher, request: RunRequest) -> str:
    with pytest.raises(RunError) as problem:
        dispatcher.run(request)
    return problem.value.message


def batch_in(place: Path) -> Batch:
    options = JobOptions()
    return Batch(name="it", directory=place, script=place / "job.sh", count=1, options=options)


def left_by_another(request: RunRequest, job: str, script: Path = Path()) -> Entry:
    """As a ckp that was killed has left it, before the job has answered."""
    name = request.directory.name.replace(f"-{os.getpid()}-", f"-{LONG_GONE}-")
    old = replace(request, directory=request.directory.with_name(name))
    old.directory.mkdir(exist_ok=True)
    entry = written_entry(old)
    record = JobRecord(
        manager="fake",
        id=job,
        key=entry.key,
        program="it",
        directory=str(entry.directory),
        script=str(script),
        command_line=("ckp",),
        called_in="/",
        submitted_at=1.0,
    )
    file = keep_job(record).file
    host = file.name.split("-")[1]
    file.rename(file.with_name(f"job-{host}-{LONG_GONE}-{job}"))
    return entry


def test_a_job_whose_files_are_gone_is_not_taken_over(
    dispatcher: Dispatcher, manager: FakeManager, request_of: RunRequest
) -> None:
    left_by_another(request_of, "old")
    (kept,) = kept_jobs()
    assert not kept.is_waited_for
    Path(kept.record.directory, "job.json").unlink()
    Path(kept.record.directory).rmdir()
    assert dispatcher.run(request_of).repetitions[0].job
    assert len(manager.batches) == 1
    assert kept_jobs() == []


@pytest.mark.parametrize("end", ["it was submitted", "it was not"])
def test_a_ckp_that_was_killed_while_it_submitted(
    dispatcher: Dispatcher, manager: FakeManager, request_of: RunRequest, end: str
) -> None:
    """Its manager finds the job by the directory of its script; else it is submitted now."""
    was_submitted = end == "it was submitted"
    place = request_of.directory.with_name("batch-of-another")
    entry = left_by_another(request_of, "", place / "job.sh")
    if was_submitted:
        assert measured(entry.directory) == 0
        manager.batches = [batch_in(place)]
        manager.jobs = {"1.0": JobReport(state=JobState.DONE)}
    result = dispatcher.run(request_of)
    assert result.error == ""
    assert ("job 1.0 of an earlier ckp was taken over" in str(result.notes)) is was_submitted
    assert len(manager.batches) == 1
    assert kept_jobs() == []
    assert not entry.directory.parent.exists()


def test_a_manager_that_takes_jobs_and_tells_no_id(ckp_home: Path, request_of: RunRequest) -> None:
    """As when its command has waited too long for an answer."""

    class Busy(FakeManager):
        def submit(self, batch: Batch) -> list[str]:
            super().submit(batch)
            raise RunError("it timed out")

    manager = Busy()
    with closing(Dispatcher(manager)) as dispatcher:
        (found,) = dispatcher.run(request_of).repetitions
    assert found.job
    assert found.job.id == "1.0"
    assert len(manager.batches) == 1


def test_who_has_changed_a_program_gets_no_result_of_the_old_one(
    request_of: RunRequest, tmp_path: Path
) -> None:
    """Nor with other inputs; where it runs does not matter."""
    inputs = tmp_path / "inputs"
    (inputs / "many").mkdir(parents=True)
    (request_of.directory / "run.sh").symlink_to(tmp_path / "run.sh")
    again = request_of.directory.with_name("it-again")
    again.mkdir()
    (again / "run.sh").symlink_to(tmp_path / "run.sh")
    asked = replace(request_of, arguments=("sh", "../run.sh"), inputs=inputs)
    keys = []
    for changed in ("run.sh", "inputs/one.txt", "inputs/many/two.txt"):
        keys.append(key_of(asked))
        assert key_of(replace(asked, directory=again)) == keys[-1]
        (tmp_path / changed).write_text("new")
    keys += [key_of(asked), key_of(replace(asked, monitors=frozenset({"energy"})))]
    assert len({*keys}) == 5


@pytest.mark.slow
def test_a_job_that_nobody_knows_any_more_is_run_again(
    manager: FakeManager, request_of: RunRequest
) -> None:
    """Its cluster was set up anew."""
    left_by_another(request_of, "old")
    with closing(Dispatcher(manager, Watcher(manager, grace_s=0.3))) as dispatcher:
        result = dispatcher.run(request_of)
    assert result.error == ""
    assert "job old is not known to the manager: run again" in result.notes["job"]
    assert kept_jobs() == []


def test_many_are_gathered(
    dispatcher: Dispatcher, manager: FakeManager, request_of: RunRequest
) -> None:
    """Those with other options are another batch."""
    options = [{"threads": "1"}] * 3 + [{"threads": "2"}] * 2
    requests = [replace(request_of, launcher_options=one) for one in options]
    began = threading.Barrier(len(requests))

    def run(request: RunRequest) -> None:
        began.wait()
        dispatcher.run(request)

    threads = [threading.Thread(target=run, args=[one]) for one in requests]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(one.count for one in manager.batches) == 5
    assert all(len({one.options.threads}) == 1 for one in manager.batches)
    assert {one.options.threads for one in manager.batches} == {1, 2}


def test_what_is_asked_for_slowly_is_gathered_too(
    manager: FakeManager, request_of: RunRequest
) -> None:
    """A busy machine's threads do not ask all at once."""
    with closing(Dispatcher(manager, gathered_s=0.5)) as dispatcher:
        threads = [threading.Thread(target=dispatcher.run, args=[request_of]) for _ in range(4)]
        for one in threads:
            one.start()
            time.sleep(0.2)
        for one in threads:
            one.join()
    assert [one.count for one in manager.batches] == [4]


def test_answers_that_appear_late(tmp_path: Path) -> None:
    """They are whole when they are seen."""
    file = tmp_path / "answers.jsonl"
    late = threading.Timer(0.4, lambda: file.write_text('{"end": true}\n'))
    late.start()
    assert read_answers(tmp_path, patience_s=10) == [{"end": True}]
    late.join()


def test_answers_that_never_appear(tmp_path: Path) -> None:
    (tmp_path / "answers.jsonl").write_text('{"end"')
    assert read_answers(tmp_path, patience_s=0.2) == []
