"""Many programs, one after the other."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.tuning.options import TuningOptions
from ck_core.errors import CkpError, StorageError
from ck_core.tuning.autotune import autotune, settled
from ck_core.tuning.outcome import TuningOutcome

_LEAST_S = 1.0
"""Of a search that is begun at all."""


@dataclass(frozen=True, kw_only=True)
class SuiteRow:
    """One program: its search, or why there was none.

    Attributes:
        program: its name; where two repositories have that, its cid.
    """

    program: str
    options: TuningOptions | None = None
    outcome: TuningOutcome | None = None
    error: CkpError | None = None


def tuned_suite(
    programs: Sequence[Cid],
    options_of: Callable[[Cid], TuningOptions],
    context: Context,
    limit_s: float | None = None,
) -> Iterator[SuiteRow]:
    """Row by row; a program that cannot be tuned stops no other.

    Args:
        limit_s: for all searches with their finals; programs that are left then are not begun.

    Raises:
        StorageError: a disk is full.
    """
    clock = _Clock(limit_s, len(programs))
    for done, (name, cid) in enumerate(by_name(programs).items()):
        if clock.is_over:
            return
        told = f"{done + 1} of {len(programs)}: program:{cid.name}{clock.left_text(done)}"
        context.reporter.note(told)
        row = _row(name, partial(options_of, cid), clock.share_s(done), context)
        yield row
        if row.outcome and row.outcome.interrupted:
            return


def by_name(programs: Sequence[Cid]) -> dict[str, Cid]:
    """Their aliases; where two repositories have one of them, cids."""
    count = Counter(one.name for one in programs)
    return {one.name if count[one.name] == 1 else str(one): one for one in programs}


def _row(
    program: str, asked: Callable[[], TuningOptions], share_s: float | None, context: Context
) -> SuiteRow:
    try:
        options = _limited(settled(asked(), context), share_s)
        return SuiteRow(program=program, options=options, outcome=autotune(options, context))
    except StorageError:
        raise
    except CkpError as error:
        return SuiteRow(program=program, error=error)


def _limited(options: TuningOptions, share_s: float | None) -> TuningOptions:
    limits = [one for one in (options.budget.max_time_s, share_s) if one is not None]
    return replace(options, budget=replace(options.budget, max_time_s=min(limits, default=None)))


class _Clock:
    """What programs may take, and how long all will.

    Args:
        limit_s: for all of them; None is no limit.
    """

    def __init__(self, limit_s: float | None, count: int) -> None:
        self._limit_s, self._count = limit_s, count
        self._began = time.monotonic()

    @property
    def _spent_s(self) -> float:
        return time.monotonic() - self._began

    @property
    def is_over(self) -> bool:
        return self._limit_s is not None and self._spent_s >= self._limit_s

    def share_s(self, done: int) -> float | None:
        """Of a search: half of an even share of what is left; the other is for its finals."""
        if self._limit_s is None:
            return None
        return max(_LEAST_S, (self._limit_s - self._spent_s) / (self._count - done) / 2)

    def left_text(self, done: int) -> str:
        """At the pace so far, and within the limit; nothing is known before the first."""
        if not done:
            return ""
        left_s = self._spent_s / done * (self._count - done)
        if self._limit_s is not None:
            left_s = min(left_s, self._limit_s - self._spent_s)
        return f", about {timedelta(seconds=round(max(0.0, left_s)))} left"
