"""Why a repetition took longer or shorter: what the kernel counted for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from ck_core.analysis.robust import deviation
from ck_core.domain.run import Repetition

_Number = TypeVar("_Number", int, float)
_UNUSUAL = 4.0
_FEWEST_MORE = 2
_FEWEST_PAGES = 50
_SLOWER_CLOCK = 0.97
_PARALLEL = 1.05


@dataclass(frozen=True, kw_only=True)
class _Counter:
    of: Callable[[Repetition], int | None]
    fewest_more: int
    sentence: str


_COUNTERS = (
    _Counter(
        of=lambda one: one.major_faults,
        fewest_more=1,
        sentence="{found} pages had to be read from disk (median {usual:g})",
    ),
    _Counter(
        of=lambda one: one.involuntary_switches,
        fewest_more=_FEWEST_MORE,
        sentence="it was interrupted {found} times for another process (median {usual:g})",
    ),
    _Counter(
        of=lambda one: one.minor_faults,
        fewest_more=_FEWEST_PAGES,
        sentence="it was given {found} pages of memory (median {usual:g})",
    ),
)


def likely_causes(
    index: int, repetitions: Sequence[Repetition], frequencies_hz: Sequence[float | None] = ()
) -> tuple[str, ...]:
    """Sentences with numbers, the most telling first; empty where the counters show nothing.

    Each is what the same repetition shows beside the others' median. Complexity: O(n log n).

    Args:
        index: of the repetition that is explained, from 0.
        frequencies_hz: mean clock in each repetition, where known; else empty.
    """
    wall = [one.wall_s for one in repetitions]
    if wall[index] < median(wall):
        return tuple(_less_work(index, repetitions))
    found = [
        *_counted(index, repetitions),
        *_first(index),
        *_clock(index, frequencies_hz),
        *_waited_or_computed(index, repetitions),
    ]
    return tuple(found)


def _counted(index: int, repetitions: Sequence[Repetition]) -> Iterator[str]:
    for counter in _COUNTERS:
        counts = _known(counter.of(one) for one in repetitions)
        if not counts:
            continue
        usual = median(counts)
        limit = max(counter.fewest_more, _UNUSUAL * deviation(counts[:index] + counts[index + 1 :]))
        if counts[index] - usual >= limit:
            yield counter.sentence.format(found=counts[index], usual=usual)


def _first(index: int) -> Iterator[str]:
    if index == 0:
        yield "it was the first repetition: files and caches may have been cold"


def _clock(index: int, frequencies_hz: Sequence[float | None]) -> Iterator[str]:
    known = [one for one in frequencies_hz if one]
    found = frequencies_hz[index] if index < len(frequencies_hz) else None
    if found and found < _SLOWER_CLOCK * median(known):
        yield f"the core ran at {found / 1e9:.2f} GHz (median {median(known) / 1e9:.2f} GHz)"


def _waited_or_computed(index: int, repetitions: Sequence[Repetition]) -> Iterator[str]:
    """Of the time above the median, how much was spent on a core and how much beside it."""
    wall = [one.wall_s for one in repetitions]
    core = _on_a_core(repetitions)
    if not core:
        return
    extra = wall[index] - median(wall)
    computed = core[index] - median(core)
    if extra <= 0 or median(core) > _PARALLEL * median(wall):  # cores overlap: no such sum
        return
    if computed >= extra / 2:
        yield (
            f"it computed for {core[index]:.4g} s (median {median(core):.4g} s): a slower clock, "
            "or a core or cache shared with others"
        )
    else:
        waited = extra - max(0.0, computed)
        yield f"for {waited:.4g} s of the {extra:.4g} s above the median it waited for its turn"


def _less_work(index: int, repetitions: Sequence[Repetition]) -> Iterator[str]:
    core = _on_a_core(repetitions)
    usual = median(core) if core else 0.0
    if core and core[index] < usual:
        yield f"it computed for {core[index]:.4g} s only (median {usual:.4g} s)"


def _on_a_core(repetitions: Sequence[Repetition]) -> list[float]:
    """User and system time of each; nothing where the launcher could not tell."""
    user = _known(one.user_s for one in repetitions)
    system = _known(one.system_s for one in repetitions)
    return [one + other for one, other in zip(user, system, strict=False)]


def _known(values: Iterable[_Number | None]) -> list[_Number]:
    """All of them, or nothing where one is missing."""
    found = list(values)
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else []
