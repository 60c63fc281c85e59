"""What differs between two environments, the likeliest cause of a change first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest


class Kind(str, Enum):
    """What a fact about an environment is about."""

    SOURCE = "source commit"
    DATASET = "dataset hash"
    COMMAND = "command"
    FLAGS = "compiler flags"
    COMPILER = "compiler version"
    LIBRARY = "library version"
    VARIABLE = "environment variable"
    CPU = "CPU"
    ACCELERATOR = "accelerator"
    MEMORY = "memory"
    GOVERNOR = "governor or turbo"
    LAUNCHER = "launcher or pinning"
    KERNEL = "kernel"
    SYSTEM = "operating system"
    TOOL = "ckp and plugins"
    OTHER = "other"


class Likelihood(str, Enum):
    """How likely a difference of this kind explains a change of the metric."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    IMPOSSIBLE = "cannot explain it"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing known of an environment, as text."""

    kind: Kind
    value: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A fact that is not the same; None where one side lacks it."""

    name: str
    kind: Kind
    before: str | None
    after: str | None
    likelihood: Likelihood


_Order = tuple[tuple[Likelihood, tuple[Kind, ...]], ...]

_TIME: _Order = (
    (Likelihood.LIKELY, (Kind.SOURCE, Kind.DATASET, Kind.COMMAND, Kind.FLAGS, Kind.COMPILER)),
    (Likelihood.LIKELY, (Kind.CPU, Kind.ACCELERATOR, Kind.LIBRARY, Kind.VARIABLE)),
    (Likelihood.POSSIBLE, (Kind.GOVERNOR, Kind.LAUNCHER, Kind.MEMORY, Kind.KERNEL)),
    (Likelihood.POSSIBLE, (Kind.SYSTEM, Kind.TOOL, Kind.OTHER)),
)
"""Work done comes before how it is compiled, that before what runs it, that before its state."""

_SIZE: _Order = (
    (Likelihood.LIKELY, (Kind.COMPILER, Kind.FLAGS, Kind.SOURCE)),
    (Likelihood.POSSIBLE, (Kind.LIBRARY, Kind.VARIABLE, Kind.SYSTEM, Kind.TOOL, Kind.OTHER)),
    (Likelihood.UNLIKELY, (Kind.CPU,)),  # but -march=native follows it
    (Likelihood.IMPOSSIBLE, (Kind.DATASET, Kind.COMMAND, Kind.ACCELERATOR, Kind.MEMORY)),
    (Likelihood.IMPOSSIBLE, (Kind.KERNEL, Kind.LAUNCHER, Kind.GOVERNOR)),
)

_RESULT: _Order = (
    (Likelihood.LIKELY, (Kind.SOURCE, Kind.DATASET, Kind.COMMAND, Kind.LIBRARY, Kind.FLAGS)),
    (Likelihood.LIKELY, (Kind.COMPILER, Kind.ACCELERATOR, Kind.VARIABLE)),
    (Likelihood.POSSIBLE, (Kind.CPU, Kind.TOOL, Kind.SYSTEM, Kind.OTHER, Kind.LAUNCHER)),
    (Likelihood.UNLIKELY, (Kind.KERNEL, Kind.MEMORY)),
    (Likelihood.IMPOSSIBLE, (Kind.GOVERNOR,)),
)
"""Accuracy, correctness: numbers come from code and libraries, never from the clock."""

_MEMORY: _Order = (
    (Likelihood.LIKELY, (Kind.DATASET, Kind.SOURCE, Kind.COMMAND, Kind.LIBRARY, Kind.VARIABLE)),
    (Likelihood.POSSIBLE, (Kind.COMPILER, Kind.FLAGS, Kind.CPU, Kind.ACCELERATOR, Kind.KERNEL)),
    (Likelihood.POSSIBLE, (Kind.SYSTEM, Kind.LAUNCHER, Kind.MEMORY, Kind.TOOL, Kind.OTHER)),
    (Likelihood.IMPOSSIBLE, (Kind.GOVERNOR,)),
)

_SWITCHES: _Order = (
    (Likelihood.LIKELY, (Kind.LAUNCHER, Kind.VARIABLE, Kind.KERNEL, Kind.CPU, Kind.DATASET)),
    (Likelihood.POSSIBLE, (Kind.COMMAND, Kind.SOURCE, Kind.LIBRARY, Kind.SYSTEM, Kind.GOVERNOR)),
    (Likelihood.POSSIBLE, (Kind.MEMORY, Kind.ACCELERATOR, Kind.COMPILER, Kind.FLAGS)),
    (Likelihood.POSSIBLE, (Kind.TOOL, Kind.OTHER)),
)

_FAMILIES: tuple[tuple[str, _Order], ...] = (
    (r"peak_memory|_memory_bytes$|_faults$", _MEMORY),
    (r"size_bytes$", _SIZE),
    (r"_switches$", _SWITCHES),
    (r"_(s|ms|us|ns|j|w|hz)$|per_s$|^cycles|^instructions|_misses$", _TIME),
)


def differences(
    before: Mapping[str, Fact], after: Mapping[str, Fact], *, metric: str
) -> tuple[Difference, ...]:
    """The facts that differ, ordered by how likely each explains a change of the metric.

    First by the kind, in an order that the metric's name decides (docs/statistics.md has it as
    a table): times, energy and rates; sizes of files; memory; switches; anything else is a
    result, as accuracy is. Within a kind a fact present on one side only comes first, then
    versions by their first part that differs (GCC 12 to 13 before 12.2 to 12.3), then by name.
    The order is judgement, not measurement: only a replay with one thing changed can prove it.

    Complexity: O(n log n).
    """
    order = _order(metric)
    found = [
        (_far(one, order), one)
        for name in sorted(before.keys() | after.keys())
        if (one := _difference(name, before.get(name), after.get(name), order))
    ]
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def _order(metric: str) -> Mapping[Kind, tuple[int, Likelihood]]:
    family = next((one for pattern, one in _FAMILIES if re.search(pattern, metric)), _RESULT)
    kinds = ((kind, likelihood) for likelihood, several in family for kind in several)
    return {kind: (rank, likelihood) for rank, (kind, likelihood) in enumerate(kinds)}


def _difference(
    name: str,
    before: Fact | None,
    after: Fact | None,
    order: Mapping[Kind, tuple[int, Likelihood]],
) -> Difference | None:
    known = after or before
    if known is None or (before and after and before.value == after.value):
        return None
    return Difference(
        name=name,
        kind=known.kind,
        before=before.value if before else None,
        after=after.value if after else None,
        likelihood=order[known.kind][1],
    )


def _far(one: Difference, order: Mapping[Kind, tuple[int, Likelihood]]) -> tuple[int, int, str]:
    return order[one.kind][0], _first_changed_part(one.before, one.after), one.name


def _first_changed_part(before: str | None, after: str | None) -> int:
    """0 where one is missing, else the number of the first part of the texts that differs."""
    if before is None or after is None:
        return 0
    pairs = zip_longest(re.findall(r"\d+|[^\d.]+", before), re.findall(r"\d+|[^\d.]+", after))
    return next((at for at, (one, two) in enumerate(pairs, start=1) if one != two), 0)
