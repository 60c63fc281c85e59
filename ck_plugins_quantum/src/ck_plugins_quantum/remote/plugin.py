"""The hook *run* for circuits on real machines of IBM's, and their jobs for ``ckp jobs``."""

from __future__ import annotations

from ck_core import hookimpl
from ck_core.domain.run import RunRequest, RunResult
from ck_plugins_quantum.remote.asking import Asking
from ck_plugins_quantum.remote.running import is_remote, run_remote


@hookimpl
def run(request: RunRequest) -> RunResult | None:
    """On this machine, where its worker waits for the job; nothing for other backends."""
    return run_remote(request) if is_remote(request) else None


def job_manager() -> Asking:
    """For ``ckp jobs``."""
    return Asking()
