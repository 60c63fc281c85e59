"""What is told while a search goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ck_core.domain.install import Progress
from ck_core.domain.tuning.options import TuningOptions
from ck_core.tuning.memory import Memory
from ck_core.tuning.search import Search


def told_by(tell: Progress, options: TuningOptions, search: Search) -> Callable[[Memory], None]:
    """A line after each trial: the best so far, failures, time left."""

    def told(memory: Memory) -> None:
        total = options.budget.evaluations or 0
        tell(", ".join(_parts(options, search, memory)), len(memory.findings), total)

    return told


def _parts(options: TuningOptions, search: Search, memory: Memory) -> Iterator[str]:
    first = memory.findings[0].trial
    if memory.best and first.costs and options.objectives[0].is_time:
        yield f"best {first.cost / memory.best.trial.cost:.3g} times as fast"
    if failed := sum(memory.failures.values()):
        yield f"{failed} failed"
    if options.budget.max_time_s is not None:
        left = max(0.0, options.budget.max_time_s - search.elapsed_s)
        yield f"{left:.0f} s left"
