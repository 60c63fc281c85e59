"""Runs kept on some of the CPUs, where that is wished and allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ck_core.domain.options import BenchmarkOptions, RunOptions
from ck_core.system.pinning import ChosenCpus, choose_cpus

_THREADS = "OMP_NUM_THREADS"


def pinned_run(options: RunOptions, wish: str) -> tuple[RunOptions, ChosenCpus]:
    """Raises UsageError for what is neither ``none``, ``auto`` nor CPUs."""
    given = [text for name, text in options.environment.items() if name == _THREADS]
    chosen = choose_cpus(wish, count=_threads(given))
    return replace(options, cpus=chosen.cpus), chosen


def pinned(options: BenchmarkOptions) -> tuple[BenchmarkOptions, ChosenCpus]:
    """The same CPUs for all variants; raises as ``pinned_run``."""
    chosen = choose_cpus(options.pin, count=_threads(_given(options)))
    return replace(options, run=replace(options.run, cpus=chosen.cpus)), chosen


def _given(options: BenchmarkOptions) -> list[str]:
    fixed: Mapping[str, str] = options.run.environment
    return [fixed.get(_THREADS, ""), *options.variation.environment.get(_THREADS, ())]


def _threads(texts: Iterable[str]) -> int:
    """The most that one of them asks for; one where none does."""
    return max((int(one) for one in texts if one.isascii() and one.isdigit()), default=1)
