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
from ckp_quantum.patience import PATIENCE_S, within

DONE, ENDED = "DONE", ("CANCELLED", "ERROR")
TRIES = 3
"""Questions to a service that does not answer, or answers nonsense; its SDK asks more often."""
_FIRST_S, _LONGEST_S = 0.2, 20.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Job:
    """``status`` answers a word: QUEUED, RUNNING, DONE, CANCELLED, ERROR; maybe with a prefix.

    Attributes:
        may_be_left: somebody may wait for it later; a job of a solver is of use to that run alone.
    """

    name: str
    status: Callable[[], str]
    cancel: Callable[[], Any]
    may_be_left: bool = True

    @property
    def hint(self) -> str:
        return f"--job {self.name} waits for it again" if self.may_be_left else ""


class _StoppedError(BaseException):
    """No Exception: SDKs catch those in the middle of a question, and go on."""


def wait_for(job: Job) -> str:
    """Empty when it is done; else how it ended. What ends this process cancels the job.

    Raises:
        Failure: it takes longer than ``CKP_QUANTUM_WAIT`` seconds; the job goes on if it may.
    """
    limit = time.monotonic() + float(os.environ.get("CKP_QUANTUM_WAIT") or 3600)
    pause, before = _FIRST_S, ""
    with _cancelling(job):
        while True:
            status = _status(job, limit)
            if status != before:
                print(f"ckp-progress: 0/0 job {job.name} is {status}", file=sys.stderr, flush=True)
            if status == DONE or status in ENDED:
                return "" if status == DONE else status
            if time.monotonic() + pause > limit:
                raise _too_late(job, status)
            time.sleep(pause)
            pause, before = min(pause * 1.5, _LONGEST_S), status


def _too_late(job: Job, status: str) -> Failure:
    if job.may_be_left:
        return Failure(f"job {job.name} is still {status}", job.hint)
    _cancel(job)
    told = f"job {job.name} was still {status} and was cancelled: a solver cannot go on with it"
    return Failure(told, "--wait SECONDS waits longer")


def asked(ask: Callable[[], Any], limit: float = float("inf")) -> Any:
    """A service that does not answer once may answer the next time; raises what it last raised.

    Args:
        limit: of ``time.monotonic``; there is one question at least.
    """
    for turn in range(TRIES):
        try:
            with within(min(PATIENCE_S, max(limit - time.monotonic(), 1.0))):
                return ask()
        except Exception:  # of the SDK, or of what it is built on
            if turn + 1 == TRIES or time.monotonic() > limit:
                raise
        time.sleep(_FIRST_S * 2**turn)
    return None


def _status(job: Job, limit: float) -> str:
    try:
        return str(asked(job.status, limit)).rpartition(".")[2].upper()
    except Exception as error:  # noqa: BLE001  # as above
        raise Failure(
            f"the service does not tell how job {job.name} is: {type(error).__name__}: {error}",
            job.hint,
        ) from None


@contextmanager
def _cancelling(job: Job) -> Iterator[None]:
    """Where somebody stops this process, nobody would look at the result."""

    def stop(_number: int, _frame: object) -> None:
        raise _StoppedError

    kept = {one: signal.signal(one, stop) for one in _SIGNALS}
    try:
        yield
    except _StoppedError:
        _cancel(job)
        raise Failure(f"job {job.name} was cancelled, for this run was stopped") from None
    finally:
        for one, handler in kept.items():
            signal.signal(one, handler)


def _cancel(job: Job) -> None:
    with suppress(Exception), within(PATIENCE_S):  # it may be done already
        job.cancel()
