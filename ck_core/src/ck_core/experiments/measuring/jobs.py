"""Measuring side by side: only where something runs elsewhere, and does not disturb itself."""

from __future__ import annotations

from ck_core.context import Context
from ck_core.errors import UsageError

JOB_MANAGER = "job_manager"
"""What the plugin of a launcher that submits jobs offers, under the launcher's name."""


def check_jobs(jobs: int, launcher: str, context: Context) -> None:
    """Raises UsageError: on one machine programs would take each other's cores."""
    if jobs > 1 and context.plugins.offered(launcher, JOB_MANAGER) is None:
        raise UsageError(
            f"--jobs={jobs}: launcher {launcher} measures one at a time",
            hint="--launcher slurm, or flux, measures several",
        )
