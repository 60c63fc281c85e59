"""How much faster variants are than a baseline, benchmark by benchmark and over a suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist, fmean

from ck_core.analysis.comparison import Comparison, Effect, Scale, compare
from ck_core.analysis.intervals import CONFIDENCE

Samples = Mapping[str, Mapping[str, Sequence[float]]]
_NORMAL = NormalDist()


@dataclass(frozen=True, kw_only=True)
class SpeedupRow:
    """One variant on one benchmark: ``comparison.effect`` is baseline over variant."""

    variant: str
    benchmark: str
    comparison: Comparison


@dataclass(frozen=True, kw_only=True)
class GeometricMean:
    """Of a variant's speed-ups over the suite's benchmarks.

    Attributes:
        low, high: hold the geometric mean over *these* benchmarks; None where one of them has
            too few values. What other benchmarks would give they do not tell.
        least, most: the smallest and the largest speed-up.
        count: of benchmarks that have a ratio.
    """

    variant: str
    mean: float
    low: float | None
    high: float | None
    least: float
    most: float
    count: int


@dataclass(frozen=True, kw_only=True)
class SpeedupTable:
    """Rows by variant, then benchmark, in the given order; ``missing`` could not be compared."""

    baseline: str
    rows: tuple[SpeedupRow, ...]
    means: tuple[GeometricMean, ...]
    missing: tuple[tuple[str, str], ...]


def speedup_table(
    samples: Samples, baseline: str, *, paired: bool = False, confidence: float = CONFIDENCE
) -> SpeedupTable:
    """Each variant over the baseline, with geometric means.

    The geometric mean is the one whose ranking does not depend on the baseline (P. J. Fleming,
    J. J. Wallace, How not to Lie with Statistics, 1986). Its interval: the logarithms' standard
    errors, taken from each speed-up's interval, add up in squares (the suite is fixed, the
    benchmarks' noise independent). Complexity: that of `compare`, for each row.

    Args:
        samples: variant -> benchmark -> times in one unit.
        paired: the i-th values of a benchmark are of one block in all variants.

    Raises:
        ValueError: the baseline is no variant; paired samples of different length.
    """
    if baseline not in samples:
        raise ValueError(f"'{baseline}' is none of {', '.join(samples)}")
    base = samples[baseline]
    rows: list[SpeedupRow] = []
    missing: list[tuple[str, str]] = []
    for variant, benchmark in ((v, b) for v in samples if v != baseline for b in base):
        times = samples[variant].get(benchmark, ())
        compared = compare(
            times, base[benchmark], paired=paired and bool(times), confidence=confidence
        )
        if compared.effect and compared.effect.scale is Scale.RATIO:
            rows.append(SpeedupRow(variant=variant, benchmark=benchmark, comparison=compared))
        else:
            missing.append((variant, benchmark))
    return SpeedupTable(
        baseline=baseline,
        rows=tuple(rows),
        means=_means(rows, confidence),
        missing=tuple(missing),
    )


def _means(rows: Sequence[SpeedupRow], confidence: float) -> tuple[GeometricMean, ...]:
    effects: dict[str, list[Effect]] = {}
    for row in rows:
        if row.comparison.effect:
            effects.setdefault(row.variant, []).append(row.comparison.effect)
    return tuple(geometric_mean(name, several, confidence) for name, several in effects.items())


def geometric_mean(
    variant: str, effects: Sequence[Effect], confidence: float = CONFIDENCE
) -> GeometricMean:
    """The geometric mean of ratios (positive, at least one) and its interval. O(n)."""
    estimates = [effect.estimate for effect in effects]
    mean = fmean(map(log, estimates))
    low = high = None
    if all(effect.coverage >= confidence for effect in effects):
        error = sqrt(sum(_standard_error(effect) ** 2 for effect in effects)) / len(effects)
        half = _NORMAL.inv_cdf((1 + confidence) / 2) * error
        low, high = exp(mean - half), exp(mean + half)
    return GeometricMean(
        variant=variant,
        mean=exp(mean),
        low=low,
        high=high,
        least=min(estimates),
        most=max(estimates),
        count=len(estimates),
    )


def _standard_error(effect: Effect) -> float:
    """Of the ratio's logarithm: half of its interval over the normal quantile it stands for."""
    quantile = _NORMAL.inv_cdf(min((1 + effect.coverage) / 2, 1 - 1e-12))
    return (log(effect.high) - log(effect.low)) / 2 / quantile
