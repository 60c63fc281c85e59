"""Noise as machines make it: 2 n slots in time, for simulations."""

from __future__ import annotations

from collections.abc import Callable
from math import comb, exp
from random import Random

Noise = Callable[[Random, int], list[float]]


def heavy_tails(source: Random, slots: int) -> list[float]:
    """Half a Cauchy distribution: no mean, no variance."""
    return [
        1 + 0.01 * abs(source.gauss(0, 1) / max(1e-3, abs(source.gauss(0, 1))))
        for _ in range(slots)
    ]


def drift(source: Random, slots: int) -> list[float]:
    """A random walk that returns slowly, ten times the noise of one run."""
    level, values = 0.0, []
    for _ in range(slots):
        level = 0.95 * level + source.gauss(0, 0.02)
        values.append(exp(level + source.gauss(0, 0.003)))
    return values


def warming_up(source: Random, slots: int) -> list[float]:
    return [1 + 0.01 * slot + source.gauss(0, 0.002) for slot in range(slots)]


def quantised(source: Random, slots: int) -> list[float]:
    """A clock that ticks twice in a deviation."""
    return [round(source.gauss(1, 0.02), 2) for _ in range(slots)]


def coarse(source: Random, slots: int) -> list[float]:
    """A clock that shows three values or four."""
    return [float(max(1, round(source.gauss(2, 0.5)))) for _ in range(slots)]


def identical(_source: Random, slots: int) -> list[float]:
    return [1.0] * slots


def bimodal(source: Random, slots: int) -> list[float]:
    """Cores of two kinds."""
    return [(1.0 if source.random() < 0.6 else 1.3) * source.gauss(1, 0.005) for _ in range(slots)]


def normal(source: Random, slots: int) -> list[float]:
    return [source.gauss(1, 0.01) for _ in range(slots)]


INDEPENDENT: tuple[Noise, ...] = (heavy_tails, quantised, coarse, identical, bimodal, normal)
DRIFTING: tuple[Noise, ...] = (drift, warming_up)


def most_by_chance(runs: int, rate: float) -> int:
    """So many of ``runs`` are exceeded once in 10,000 times where each has this rate."""
    tail, count = 1.0, 0
    while tail > 1e-4:
        tail -= comb(runs, count) * rate**count * (1 - rate) ** (runs - count)
        count += 1
    return count - 1
