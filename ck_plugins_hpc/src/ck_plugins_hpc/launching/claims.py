"""A claim of the hook *run* by a job manager."""

from __future__ import annotations

from contextlib import closing

from ck_core.domain.run import RunRequest, RunResult
from ck_plugins_hpc.launching.dispatching import Dispatcher
from ck_plugins_hpc.launching.manager import Manager


def run_by(manager: Manager, request: RunRequest) -> RunResult:
    """By the session's dispatcher, which gathers what is asked for at once; else by its own."""
    if request.session:
        kept = request.session.kept(f"jobs of {manager.name}", lambda: Dispatcher(manager))
        return kept.run(request)
    with closing(Dispatcher(manager)) as alone:
        return alone.run(request)
