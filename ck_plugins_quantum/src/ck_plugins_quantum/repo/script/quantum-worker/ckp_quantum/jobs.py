"""A job on somebody else's machine: waited for, cancelled, found again by its id."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from ckp_quantum.failure import Failure

DONE, ENDED = "DONE", ("CANCELLED", "ERROR")
_FIRST_S, _LONGEST_S = 0.2, 20.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Job:
    """``status`` answers a word: QUEUED, RUNNING, DONE, CANCELLED, ERROR; maybe with a prefix."""

    name: str
    status: Callable[[], str]
    cancel: Callable[[], Any]


def wait_for(job: Job) -> str:
    """Empty when it is done; else how it ended. What ends this process cancels the job.

    Raises:
        Failure: it takes longer than ``CKP_QUANTUM_WAIT`` seconds; the job goes on.
    """
    limit = time.monotonic() + float(os.environ.get("CKP_QUANTUM_WAIT") or 3600)
    pause, before = _FIRST_S, ""
    with _cancelling(job):
        while True:
            status = _status(job)
            if status != before:
                print(f"ckp-progress: 0/0 job {job.name} is {status}", file=sys.stderr, flush=True)
            if status == DONE or status in ENDED:
                return "" if status == DONE else status
            if time.monotonic() + pause > limit:
                raise Failure(
                    f"job {job.name} is still {status}", f"--job {job.name} waits for it again"
                )
            time.sleep(pause)
            pause, before = min(pause * 1.5, _LONGEST_S), status


def _status(job: Job) -> str:
    """A service that does not answer once may answer the next time."""
    for turn in range(5):
        with suppress(OSError, ValueError):
            return job.status().rpartition(".")[2].upper()
        time.sleep(_FIRST_S * 2**turn)
    raise Failure(
        f"the service does not tell how job {job.name} is",
        f"--job {job.name} waits for it again",
    )


@contextmanager
def _cancelling(job: Job) -> Iterator[None]:
    """Where somebody stops this process, nobody would look at the result."""

    def stop(_number: int, _frame: object) -> None:
        with suppress(Exception):  # it may be done already
            job.cancel()
        raise Failure(f"job {job.name} was cancelled, for this run was stopped")

    kept = {one: signal.signal(one, stop) for one in _SIGNALS}
    try:
        yield
    finally:
        for one, handler in kept.items():
            signal.signal(one, handler)
