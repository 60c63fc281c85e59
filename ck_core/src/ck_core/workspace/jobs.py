"""Jobs that a ckp has submitted and nobody has taken the results of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.job import JobManager, JobRecord, JobReport, JobState
from ck_core.errors import CkpError, UsageError
from ck_core.experiments.measuring.jobs import JOB_MANAGER
from ck_core.system.job_records import KeptJob, forget_job, kept_jobs


@dataclass(frozen=True, kw_only=True)
class KnownJob:
    """Attributes: report: what its manager says of it now."""

    kept: KeptJob
    report: JobReport


def known_jobs(context: Context, ids: Sequence[str] = ()) -> list[KnownJob]:
    """The oldest first; of those ids, where there are any.

    Raises:
        UsageError: there is no job of that id.
    """
    jobs = [one for one in _identified(kept_jobs(), context) if not ids or one.record.id in ids]
    missing = [one for one in ids if one not in {job.record.id for job in jobs}]
    if missing:
        raise UsageError(f"ckp knows no job {missing[0]}", hint="ckp jobs lists those it knows")
    reports = {
        (manager, job): report
        for manager in {one.record.manager for one in jobs}
        for job, report in _reports(manager, jobs, context).items()
    }
    unknown = JobReport(state=JobState.UNKNOWN)
    return [
        KnownJob(kept=one, report=reports.get((one.record.manager, one.record.id), unknown))
        for one in jobs
    ]


def cancel(jobs: Iterable[KnownJob], context: Context) -> None:
    """They end, and are forgotten; raises CkpError where their manager does not answer."""
    listed = [*jobs]
    for manager in {one.kept.record.manager for one in listed}:
        own = [one for one in listed if one.kept.record.manager == manager]
        numbers = {one.kept.record.id for one in own} - {""}
        if numbers and (asked := _manager(manager, context)):
            asked.cancel(numbers)
        for one in own:
            forget_job(one.kept)


def _identified(jobs: Iterable[KeptJob], context: Context) -> Iterator[KeptJob]:
    """With ids of those whose ckp was killed while it submitted them, where there are any."""
    found: dict[Path, Sequence[str]] = {}
    for one in jobs:
        record, place = one.record, one.record.submitted_from
        if not record.id and place not in found:
            found[place] = _submitted(record, context)
        number = record.id or next(iter(found[place][record.number :]), "")
        yield replace(one, record=replace(record, id=number))


def _submitted(record: JobRecord, context: Context) -> Sequence[str]:
    """None where the manager cannot be asked; it is told when its reports are."""
    asked = _manager(record.manager, context)
    with suppress(CkpError):
        return asked.submitted_from(record.submitted_from) if asked else ()
    return ()


def _reports(manager: str, jobs: Sequence[KeptJob], context: Context) -> dict[str, JobReport]:
    """Nothing where the manager cannot be asked: that is told, and the others are listed."""
    asked = _manager(manager, context)
    if asked is None:
        context.reporter.warn(f"no plugin here knows the jobs of {manager}")
        return {}
    try:
        own = {one.record.id for one in jobs if one.record.manager == manager}
        return dict(asked.reports(own - {""}))
    except CkpError as error:
        context.reporter.warn(error.message)
        return {}


def _manager(name: str, context: Context) -> JobManager | None:
    made = context.plugins.offered(name, JOB_MANAGER)
    found: JobManager | None = made() if made else None
    return found
