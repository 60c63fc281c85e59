"""A time limit for questions that an SDK would wait for without an end, as IBM's does."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = float(os.environ.get("CKP_QUANTUM_PATIENCE") or 120)
_AGAIN_S = 1.0
"""An alarm that comes where Python cannot raise is told again."""


class _LateError(BaseException):
    """No Exception: of those HTTP libraries make another try, which would hang as well."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises TimeoutError when they are over; for the main thread."""

    def late(_number: int, _frame: object) -> None:
        raise _LateError

    before = signal.signal(signal.SIGALRM, late)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_S)
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _LateError:
        raise TimeoutError(f"there is no answer within {seconds:.0f} s") from None
    finally:
        signal.signal(signal.SIGALRM, before)
