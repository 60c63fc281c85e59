"""The hook *run* for launcher ``flux``."""

from __future__ import annotations

from ck_core import hookimpl
from ck_core.domain.run import RunRequest, RunResult
from ck_plugins_hpc.flux.manager import Flux
from ck_plugins_hpc.launching.claims import run_by


@hookimpl
def run(request: RunRequest) -> RunResult | None:
    """Nothing for other launchers; raises as ``Dispatcher.run``."""
    return run_by(Flux(), request) if request.launcher == Flux.name else None


def job_manager() -> Flux:
    """For ``ckp jobs``."""
    return Flux()
