"""Where a build is made: here, or in a job of the launcher that will run it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from ck_core.context import Context
from ck_core.domain.build_job import BuildJob
from ck_core.domain.options import RunOptions

BUILD_JOB = "build_job"
"""What a launcher's plugin offers, under the launcher's name, where it builds as well."""


def build_job_of(options: RunOptions, context: Context) -> BuildJob | None:
    """None builds here; raises UsageError for options that the launcher does not know."""
    offered = context.plugins.offered(options.launcher, BUILD_JOB)
    found: BuildJob | None = offered(options.launcher_options) if offered else None
    return found


def started_by(job: BuildJob | None, program: str) -> AbstractContextManager[tuple[str, ...]]:
    """Words before each command of the build; none where it is made here."""
    return job.opened(program) if job else nullcontext(())
