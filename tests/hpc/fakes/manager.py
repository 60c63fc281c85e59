"""A job manager in this process, as tests want it: it runs scripts, or loses their jobs."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ck_core.domain.job import JobReport, JobState
from ck_plugins_hpc.launching.manager import Batch, NoAnswerError
from ck_plugins_hpc.launching.options import JobOptions


@dataclass
class FakeManager:
    """Attributes:
    fates: what becomes of the next submissions instead of being run; each is taken once.
    before: called with each batch before it is submitted; may raise.
    is_away: so that it cancels nothing.
    jobs: what is told of each.
    questions: ids of each.
    """

    fates: list[JobState] = field(default_factory=list)
    before: Callable[[Batch], object] = id
    is_away: bool = False
    name: str = "fake"
    number_variable: str = "FAKE_NUMBER"
    jobs: dict[str, JobReport] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    questions: list[frozenset[str]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)

    def directives(self, batch: Batch) -> Sequence[str]:
        return [f"# {batch.count} jobs"]

    def submit(self, batch: Batch) -> list[str]:
        self.before(batch)
        self.batches.append(batch)
        ids = [f"{len(self.batches)}.{number}" for number in range(batch.count)]
        fate = self.fates.pop(0) if self.fates else JobState.DONE
        for number, job in enumerate(ids):
            if fate is JobState.DONE and batch.is_held:
                subprocess.Popen([batch.script])
                fate = JobState.RUNNING
            elif fate is JobState.DONE:
                environment = {self.number_variable: str(number), "PATH": "/usr/bin:/bin"}
                subprocess.run([batch.script], cwd=batch.directory, env=environment, check=True)
            self.jobs[job] = JobReport(state=fate, nodes=("fake1",), queued_s=0.5)
        return ids

    def reports(self, ids: Collection[str]) -> Mapping[str, JobReport]:
        self.questions.append(frozenset(ids))
        self.asked.set()
        return {
            job: report
            for job, report in self.jobs.items()
            if job in ids and report.state is not JobState.UNKNOWN
        }

    def cancel(self, ids: Collection[str]) -> None:
        if self.is_away:
            raise NoAnswerError("nobody is there")
        self.cancelled += ids

    def submitted_from(self, directory: Path) -> list[str]:
        own = [n for n, one in enumerate(self.batches, 1) if one.directory == directory]
        return [job for n in own for job in self.jobs if job.startswith(f"{n}.")]

    def into(self, job: str, node: str, options: JobOptions) -> list[str]:
        return ["env", f"JOB={job}", f"NODE={node}", f"CPUS={options.threads}"]

    def starter(self, options: JobOptions) -> list[str]:
        return ["env", f"RANKS={options.tasks}"]
