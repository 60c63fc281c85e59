"""The hook *run* for launcher ``slurm``."""

from __future__ import annotations

from collections.abc import Mapping

from ck_core import hookimpl
from ck_core.domain.build_job import BuildJob
from ck_core.domain.run import RunRequest, RunResult
from ck_plugins_hpc.launching.build_jobs import build_job_by
from ck_plugins_hpc.launching.claims import run_by
from ck_plugins_hpc.slurm.manager import Slurm


@hookimpl
def run(request: RunRequest) -> RunResult | None:
    """Nothing for other launchers; raises as ``Dispatcher.run``."""
    return run_by(Slurm(), request) if request.launcher == Slurm.name else None


def build_job(options: Mapping[str, str]) -> BuildJob | None:
    """For builds; raises UsageError for options that it does not know."""
    return build_job_by(Slurm(), options)


def job_manager() -> Slurm:
    """For ``ckp jobs``."""
    return Slurm()
