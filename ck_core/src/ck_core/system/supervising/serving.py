"""The supervisor's conversation with ckp: jobs in, measurements out, a JSON object a line."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys

from ck_core.system.supervising.descendants import kill_tree
from ck_core.system.supervising.outputs import keep_once, new_directory
from ck_core.system.supervising.repetition import raise_timed_out, run_one
from ck_core.system.supervising.starting import CannotStartError, Starters

TYPE_CHECKING = False  # typing itself would cost start-up time
if TYPE_CHECKING:
    from typing import Any

    from ck_core.system.supervising.outputs import Seen
    from ck_core.system.supervising.starting import Job

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


class Stopped(BaseException):
    """ckp asked us to stop, or is gone."""


def main() -> None:
    """Serves jobs until the input ends, or ckp."""
    signal.signal(signal.SIGTERM, raise_stopped)
    signal.signal(signal.SIGALRM, raise_timed_out)
    starters = Starters(adopted=adopt_orphans())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        serve_all(starters)
    except Stopped:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        starters.close()
        kill_tree()


def serve_all(starters: Starters) -> None:
    seen: dict[str, Seen] = {}
    while line := sys.stdin.readline():
        job = json.loads(line)
        if job["parent"] not in {0, os.getppid()}:  # ckp ended before we asked to be told of it
            return
        serve(job, starters, seen.setdefault(job["directory"], {}))


def serve(job: Job, starters: Starters, seen: Seen) -> None:
    """A failure of this job is an answer: the next one may be for another program."""
    try:
        os.chdir(job["directory"])
        run_all(job, starters, seen)
        tell({"end": True})
    except CannotStartError as problem:
        starters.forget(job["key"])
        tell({"end": True, "start_error": str(problem)})
    except OSError as problem:
        starters.forget(job["key"])
        kill_tree(keep=starters.shells)
        tell({"end": True, "storage_error": str(problem)})


def run_all(job: Job, starters: Starters, seen: Seen) -> None:
    for number in range(job["warmups"] + job["repetitions"]):
        directory = new_directory(job["directory"], job["first"] + number, job["inputs"])
        measured = run_one(job, starters, directory)
        measured["warmup"] = number < job["warmups"]
        measured["directory"] = keep_once(job["directory"], directory, job["checked_files"], seen)
        tell(measured)
        failed = measured["timed_out"] or measured["exit_status"] != 0
        if failed and (measured["timed_out"] or not job["ignore_exit_status"]):
            break


def tell(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


def raise_stopped(*_: object) -> None:
    raise Stopped


def adopt_orphans() -> bool:
    """Whether this process now gets its descendants' orphans (Linux only)."""
    try:
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 and os.path.exists("/proc/self/stat")
    except (AttributeError, OSError):
        return False
