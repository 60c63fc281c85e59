"""The hook *run* for launcher ``flux``."""

from __future__ import annotations

from collections.abc import Mapping

from ck_core import hookimpl
from ck_core.domain.build_job import BuildJob
from ck_core.domain.run import RunRequest, RunResult
from ck_plugins_hpc.flux.manager import Flux
from ck_plugins_hpc.launching.build_jobs import build_job_by
from ck_plugins_hpc.launching.claims import run_by


@hookimpl
def run(request: RunRequest) -> RunResult | None:
    """Nothing for other launchers; raises as ``Dispatcher.run``."""
    return run_by(Flux(), request) if request.launcher == Flux.name else None


def build_job(options: Mapping[str, str]) -> BuildJob | None:
    """For builds; raises UsageError for options that it does not know."""
    return build_job_by(Flux(), options)


def job_manager() -> Flux:
    """For ``ckp jobs``."""
    return Flux()
