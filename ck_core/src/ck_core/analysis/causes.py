"""Why a repetition took longer or shorter: what the kernel counted for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
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


@dataclass(frozen=True, kw_only=True)
class Series:
    """Repetitions with what is usual for them, found once: each median sorts them all.

    Attributes:
        core_s: user and system time of each; empty where the launcher could not tell.
        counts: of each counter, in the order of ``_COUNTERS``; empty where one was not counted.
        frequencies_hz: mean clock in each repetition, where known; else empty.
    """

    wall_s: Sequence[float]
    core_s: Sequence[float]
    counts: Sequence[Sequence[int]]
    frequencies_hz: Sequence[float | None]

    @cached_property
    def usual_wall_s(self) -> float:
        return median(self.wall_s)

    @cached_property
    def usual_core_s(self) -> float:
        return median(self.core_s)

    @cached_property
    def usual_counts(self) -> Sequence[float]:
        return [median(one) if one else 0.0 for one in self.counts]

    @cached_property
    def usual_frequency_hz(self) -> float:
        return median([one for one in self.frequencies_hz if one])


def series_of(
    repetitions: Sequence[Repetition], frequencies_hz: Sequence[float | None] = ()
) -> Series:
    """Nothing is sorted before it is asked for."""
    return Series(
        wall_s=[one.wall_s for one in repetitions],
        core_s=_on_a_core(repetitions),
        counts=[_known(counter.of(one) for one in repetitions) for counter in _COUNTERS],
        frequencies_hz=frequencies_hz,
    )


def likely_causes(index: int, series: Series) -> tuple[str, ...]:
    """Sentences with numbers, the most telling first; empty where the counters show nothing.

    Each is what the repetition of this number, from 0, shows beside the others' median.
    Complexity: O(n log n).
    """
    if series.wall_s[index] < series.usual_wall_s:
        return tuple(_less_work(index, series))
    found = [
        *_counted(index, series),
        *_first(index),
        *_clock(index, series),
        *_waited_or_computed(index, series),
    ]
    return tuple(found)


def _counted(index: int, series: Series) -> Iterator[str]:
    for counter, counts, usual in zip(_COUNTERS, series.counts, series.usual_counts, strict=True):
        if not counts or counts[index] - usual < counter.fewest_more:
            continue
        others = [*counts[:index], *counts[index + 1 :]]
        if counts[index] - usual >= _UNUSUAL * deviation(others):
            yield counter.sentence.format(found=counts[index], usual=usual)


def _first(index: int) -> Iterator[str]:
    if index == 0:
        yield "it was the first repetition: files and caches may have been cold"


def _clock(index: int, series: Series) -> Iterator[str]:
    clocks = series.frequencies_hz
    found = clocks[index] if index < len(clocks) else None
    if found and found < _SLOWER_CLOCK * series.usual_frequency_hz:
        usual = series.usual_frequency_hz
        yield f"the core ran at {found / 1e9:.2f} GHz (median {usual / 1e9:.2f} GHz)"


def _waited_or_computed(index: int, series: Series) -> Iterator[str]:
    """Of the time above the median, how much was spent on a core and how much beside it."""
    if not series.core_s:
        return
    core, usual = series.core_s[index], series.usual_core_s
    extra = series.wall_s[index] - series.usual_wall_s
    if extra <= 0 or usual > _PARALLEL * series.usual_wall_s:  # cores overlap: no such sum
        return
    computed = core - usual
    if computed >= extra / 2:
        yield (
            f"it computed for {core:.4g} s (median {usual:.4g} s): a slower clock, "
            "or a core or cache shared with others"
        )
    else:
        waited = extra - max(0.0, computed)
        yield f"for {waited:.4g} s of the {extra:.4g} s above the median it waited for its turn"


def _less_work(index: int, series: Series) -> Iterator[str]:
    if series.core_s and series.core_s[index] < series.usual_core_s:
        core, usual = series.core_s[index], series.usual_core_s
        yield f"it computed for {core:.4g} s only (median {usual:.4g} s)"


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
