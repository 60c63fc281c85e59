"""From a run that is asked for to its result: gathered into batches, submitted, waited for."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from ck_core.domain.job import JobRecord, JobReport, JobState
from ck_core.domain.run import RunRequest, RunResult
from ck_core.errors import CkpError, RunError
from ck_core.system.files import is_abandoned
from ck_core.system.job_records import KeptJob, forget_job, has_job_in, keep_job, name_job
from ck_plugins_hpc.launching.batching import alike, written_batch
from ck_plugins_hpc.launching.collecting import Collected, collected, take_files
from ck_plugins_hpc.launching.entries import written_entry
from ck_plugins_hpc.launching.interrupting import leaves_jobs
from ck_plugins_hpc.launching.left_jobs import LeftJobs, record_of
from ck_plugins_hpc.launching.manager import Batch, Manager, NoAnswerError
from ck_plugins_hpc.launching.options import parse_job_options
from ck_plugins_hpc.launching.parallel import for_tasks
from ck_plugins_hpc.launching.waiting import Waiting, fail
from ck_plugins_hpc.launching.watching import Watched, Watcher

GATHERED_S, _GATHERINGS = 0.05, 20
"""What is asked for at shorter intervals is submitted together; after so many in any case."""
TRIES = 3
"""Submissions of one run, where the cluster and not the program is to blame."""
AWAY_S, _AGAIN_S = 600.0, 1.0
"""How long a manager may be away that was there before."""


class Dispatcher:
    """Of one manager, for a session; its methods may be called by several threads."""

    def __init__(
        self, manager: Manager, watcher: Watcher | None = None, gathered_s: float = GATHERED_S
    ) -> None:
        self._manager = manager
        self._watcher = watcher or Watcher(manager)
        self._gathered_s = gathered_s
        self._lock = threading.Lock()
        self._gathered: list[Waiting] = []
        self._unfinished: list[Waiting] = []
        self._left = LeftJobs(manager, _forget)
        self._submitter: threading.Thread | None = None
        self._submitting = threading.Lock()
        self._is_closed = False
        self._was_there = False

    def run(self, request: RunRequest) -> RunResult:
        """When the job has ended.

        Raises:
            UsageError: an option of the launcher makes no sense.
            StorageError: files cannot be written.
            RunError: the manager refuses the job, or does not answer.
        """
        options = parse_job_options(request.launcher_options, request.launcher)
        parallel = for_tasks(request, options, self._manager)
        waiting = Waiting(entry=written_entry(parallel), options=options)
        if not self._taken_over(waiting):
            self._gather(waiting)
        self._wait(waiting)
        if waiting.error:
            raise waiting.error
        return self._result(waiting)

    def close(self) -> None:
        """What nobody has waited for to its end is left to run, or cancelled, as the user says."""
        self._is_closed = True
        with self._submitting:  # what is being submitted is known then; no more will be
            pass
        with self._lock:
            left = [one for one in self._unfinished if not one.done.is_set()]
            self._gathered.clear()
        self._end([one.job for one in left if one.job], left)
        fail(left, RunError("nobody waited for its job"))

    def _end(self, jobs: Sequence[KeptJob], left: Sequence[Waiting]) -> None:
        """Or leave them; packed runs share a job."""
        ids = {one.record.id for one in jobs}
        self._watcher.forget(ids)
        wish = left[0].options.on_interrupt if left else ""
        if ids and not leaves_jobs(len(ids), self._manager.name, wish):
            self._cancel(ids, jobs)

    def _cancel(self, ids: Collection[str], jobs: Sequence[KeptJob]) -> None:
        """Those of a manager that is away are left: they will be found again."""
        try:
            self._manager.cancel(ids)
        except RunError as problem:
            sys.stderr.write(f"ckp: {problem.message}: jobs go on; ckp jobs --cancel ends them\n")
            return
        for one in jobs:
            forget_job(one)

    def _taken_over(self, waiting: Waiting) -> bool:
        """A job of a ckp that was killed, which computes just this, is waited for instead."""
        job = self._left.take(waiting.entry.key)
        if job is None:
            return False
        waiting.job, waiting.is_taken_over = job, True
        waiting.notes.append(f"job {job.record.id} of an earlier ckp was taken over")
        with self._lock:
            self._unfinished.append(waiting)
        self._watch(waiting)
        return True

    def _gather(self, waiting: Waiting) -> None:
        with self._lock:
            self._gathered.append(waiting)
            self._unfinished.append(waiting)
            if self._submitter is None:
                self._submitter = threading.Thread(target=self._submit_all, daemon=True)
                self._submitter.start()

    def _wait(self, waiting: Waiting) -> None:
        while not waiting.done.wait(0.5):  # a wait without an end would not see Ctrl-C
            pass
        with self._lock:
            self._unfinished.remove(waiting)

    def _submit_all(self) -> None:
        """Until nothing is asked for any more."""
        while True:
            self._await_more()
            with self._lock:
                gathered, self._gathered = self._gathered, []
                if not gathered:
                    self._submitter = None
                    return
            for together in alike(gathered):
                self._submit(together)

    def _await_more(self) -> None:
        """Threads that ask at once do so one after the other, slowly on a busy machine."""
        for _ in range(_GATHERINGS):
            before = len(self._gathered)
            time.sleep(self._gathered_s)
            if len(self._gathered) == before:
                return

    def _submit(self, together: Sequence[Waiting]) -> None:
        """One batch; whatever is wrong with it is the error of all that wait for it."""
        with self._submitting:
            try:
                batch = written_batch(self._manager, together)
                self._keep(together, batch)
                self._name(together, self._submitted(batch))
            except Exception as error:  # noqa: BLE001  # raised where it is waited for
                self._forget(together)
                fail(together, error)
                return
        for one in together:
            self._watch(one)

    def _submitted(self, batch: Batch) -> list[str]:
        """A manager that goes away for a while is waited for, once it was there."""
        deadline = time.monotonic() + AWAY_S
        while not self._is_closed:
            try:
                found = self._manager.submit(batch)
            except NoAnswerError:
                if not self._was_there or time.monotonic() > deadline:
                    raise
                time.sleep(_AGAIN_S)
                continue
            except RunError:
                found = self._submitted_all_the_same(batch)
                if not found:
                    raise
            self._was_there = True
            return found
        raise RunError("nobody waits for it any more")

    def _submitted_all_the_same(self, batch: Batch) -> list[str]:
        """A manager that is busy takes jobs, and its command tells of a time-out."""
        with suppress(RunError):
            found = self._manager.submitted_from(batch.directory)
            if len(found) == batch.count:
                return found
            self._manager.cancel(found)
        return []

    def _keep(self, together: Sequence[Waiting], batch: Batch) -> None:
        """Before they are submitted: a ckp that is killed then loses none. Raises StorageError."""
        for place, one in enumerate(together):
            number, entry = place // one.options.pack, one.entry
            one.job = keep_job(record_of(self._manager, batch, number, entry.key, entry.directory))

    def _name(self, together: Sequence[Waiting], ids: Sequence[str]) -> None:
        """Jobs that nobody could find again are not left; raises StorageError."""
        try:
            for one in together:
                assert one.job  # noqa: S101  # it is kept
                one.job = name_job(one.job, ids[one.job.record.number])
        except BaseException:
            self._cancel(ids, [])
            raise

    def _forget(self, together: Sequence[Waiting]) -> None:
        for one in together:
            if one.job:
                forget_job(one.job)
            one.job = None

    def _watch(self, waiting: Waiting) -> None:
        assert waiting.job  # noqa: S101  # it was submitted
        self._watcher.watch(
            Watched(
                job=waiting.job.record.id,
                ended=lambda report: self._ended(waiting, report),
                answered=lambda: waiting.is_answered,
            )
        )

    def _ended(self, waiting: Waiting, report: JobReport) -> None:
        """Submitted again where the cluster was at fault, and nothing came of it."""
        is_forgotten = waiting.is_taken_over and report.state is JobState.UNKNOWN
        is_lost = (is_forgotten or report.state.may_be_repeated) and not waiting.is_answered
        if is_lost and waiting.tries < TRIES:
            self._try_again(waiting, report)
            return
        waiting.report = report
        waiting.done.set()

    def _try_again(self, waiting: Waiting, report: JobReport) -> None:
        """With files of its own: who was lost may come back, and write into the old ones."""
        assert waiting.job  # noqa: S101  # as above
        waiting.tries += 1
        waiting.notes.append(f"job {waiting.job.record.id} {report.state.value}: run again")
        forget_job(waiting.job)
        old = waiting.entry
        try:
            waiting.entry = written_entry(old.request)
        except CkpError as error:
            fail([waiting], error)
            return
        shutil.rmtree(old.directory, ignore_errors=True)
        self._submit([waiting])

    def _result(self, waiting: Waiting) -> RunResult:
        """Whatever comes of it, the job is done with."""
        assert waiting.job  # noqa: S101  # as above
        try:
            return self._collected(waiting, waiting.job.record)
        finally:
            shutil.rmtree(waiting.entry.directory, ignore_errors=True)
            _forget(waiting.job)

    def _collected(self, waiting: Waiting, record: JobRecord) -> RunResult:
        assert waiting.report  # noqa: S101  # it has ended
        one = Collected(
            entry=waiting.entry,
            manager=self._manager.name,
            id=record.id,
            report=waiting.report,
            script=Path(record.script),
            notes=tuple(waiting.notes),
        )
        if record.directory != str(waiting.entry.directory):
            take_files(Path(record.directory), one)
        return collected(one)


def _forget(job: KeptJob) -> None:
    """And the directory of a run whose ckp has gone, when the last of its jobs is done with."""
    forget_job(job)
    run = Path(job.record.directory).parent
    if is_abandoned(run) and not has_job_in(run):
        shutil.rmtree(run, ignore_errors=True)
