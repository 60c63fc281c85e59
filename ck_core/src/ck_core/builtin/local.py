"""The local launcher: a measured child process on this machine."""

from __future__ import annotations

from ck_core import hookimpl
from ck_core.domain.run import RunRequest, RunResult
from ck_core.system.measuring import measure


@hookimpl(trylast=True)
def run(request: RunRequest) -> RunResult | None:
    if request.launcher != "local":
        return None
    return request.session.run(request) if request.session else measure(request)
