"""Which of two things is faster, by how much, and how sure that is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import comb, exp, isfinite, log

from ck_core.analysis.intervals import CONFIDENCE
from ck_core.analysis.null_distributions import NullDistribution, rank_sum, signed_rank
from ck_core.analysis.pair_sums import PairSums
from ck_core.analysis.serial import serial_correlation, widening

_ROUNDING = 1e-12
_LARGEST = 700.0
"""Logarithms of larger ratios overflow."""


class Verdict(str, Enum):
    """What can be said of A beside B."""

    FASTER = "faster"
    SLOWER = "slower"
    UNDECIDED = "undecided"


class Scale(str, Enum):
    """How B is set beside A: divided by it, or, where a value is not positive, subtracted."""

    RATIO = "ratio"
    DIFFERENCE = "difference"


@dataclass(frozen=True, kw_only=True)
class Effect:
    """B's values over A's: the speed-up of A over B where the values are times.

    Attributes:
        estimate: Hodges and Lehmann's.
        low, high: hold the true effect with probability ``coverage``, or the widest range
            there is, where so few values cannot reach the wished one.
        scale: ``ratio``: B / A, 1 where nothing differs; ``difference``: B - A in their unit.
    """

    estimate: float
    low: float
    high: float
    coverage: float
    scale: Scale

    @property
    def neutral(self) -> float:
        return 1.0 if self.scale is Scale.RATIO else 0.0


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A beside B, smaller being better.

    Attributes:
        reason: the verdict as a sentence with numbers.
        effect: None where there are no values, or some that are no numbers.
        probability: that A is the faster one. The mass of the confidence distribution on A's
            side: 1 minus the one-sided p-value (half of the ties counted) of "A is not
            faster". 0.5 where nothing differs; evenly spread between 0 and 1 in A/A tests.
        share: of runs of A that took less than one of B (in the same block, where paired;
            else of all pairs), equal ones counted half: Vargha and Delaney's A12.
        needed: values of each that the confidence asks for at the least.
    """

    verdict: Verdict
    reason: str
    effect: Effect | None
    probability: float
    share: float
    needed: int


@dataclass(frozen=True, kw_only=True)
class _Sums:
    """What both tests work on: sums centred at the effect, times ``divisor``."""

    sums: PairSums
    null: NullDistribution
    divisor: int
    scale: Scale
    share: float


def compare(
    a: Sequence[float], b: Sequence[float], *, paired: bool = False, confidence: float = CONFIDENCE
) -> Comparison:
    """Tell whether A or B takes less, from repetitions of both.

    Paired (``a[i]`` and ``b[i]`` from one random block, see `interleaving`): Wilcoxon's
    signed-rank test on log ratios, the interval from ordered Walsh averages (J. W. Tukey 1949;
    Hollander, Wolfe, Chicken, Nonparametric Statistical Methods, 3.1 to 3.3). The order in a
    block being random, signs are fair coins whatever the noise and its drift are: the error
    rate holds without further assumption.

    Unpaired: Mann and Whitney's test and Hodges and Lehmann's interval (same book, 4.1 to 4.3).
    It takes values as independent; where neighbours are found to follow each other, the
    interval is widened (`serial`). What changed between two sessions it cannot see.

    The interval is closed and made of the distributions without ties, so that ties only widen
    it (Noether 1967). The verdict is the interval's: undecided while it holds "no difference".

    Complexity: O(n log n) for counting, at most 64 * O(n) for each of four positions.

    Args:
        a, b: values of one metric in one unit, in the order they were measured.
        paired: whether ``a[i]`` and ``b[i]`` belong together.
        confidence: of the interval; the error rate of an A/A test is at most 1 minus this.

    Raises:
        ValueError: paired, but of different length.
    """
    if paired and len(a) != len(b):
        raise ValueError(f"{len(a)} values cannot be paired with {len(b)}")
    needed = needed_values(paired=paired, confidence=confidence)
    effect = None
    probability = share = 0.5
    if a and b and all(map(isfinite, (*a, *b))):
        sums = _paired_sums(a, b) if paired else _unpaired_sums(a, b)
        effect, probability, share = _effect(sums, confidence), _probability(sums), sums.share
    verdict = _verdict(effect, confidence)
    return Comparison(
        verdict=verdict,
        reason=_reason(verdict, effect, needed, confidence),
        effect=effect,
        probability=probability,
        share=share,
        needed=needed,
    )


def needed_values(*, paired: bool, confidence: float = CONFIDENCE) -> int:
    """Values of each sample below which this confidence is out of reach: 6 pairs, or 4 and 4."""
    count = 1
    while 2 / (2**count if paired else comb(2 * count, count)) > 1 - confidence + _ROUNDING:
        count += 1
    return count


def _paired_sums(a: Sequence[float], b: Sequence[float]) -> _Sums:
    scale, (first, second) = _scaled(a, b)
    differences = sorted(two - one for one, two in zip(first, second, strict=True))
    return _Sums(
        sums=PairSums(rows=differences, columns=differences, within=True),
        null=signed_rank(len(differences)),
        divisor=2,
        scale=scale,
        share=_share(sum(one < two for one, two in zip(a, b, strict=True)), a, b),
    )


def _share(less: int, a: Sequence[float], b: Sequence[float]) -> float:
    return (less + sum(one == two for one, two in zip(a, b, strict=True)) / 2) / len(a)


def _unpaired_sums(a: Sequence[float], b: Sequence[float]) -> _Sums:
    scale, (first, second) = _scaled(a, b)
    null = rank_sum(len(a), len(b))
    correlation = max(serial_correlation(a), serial_correlation(b))
    ordered = sorted(b)
    later = sum(2 * len(b) - bisect_left(ordered, x) - bisect_right(ordered, x) for x in a)
    return _Sums(
        sums=PairSums(rows=sorted(-one for one in first), columns=sorted(second)),
        null=null.widened(widening(correlation)) if correlation else null,
        divisor=1,
        scale=scale,
        share=later / 2 / len(a) / len(b),
    )


def _scaled(
    a: Sequence[float], b: Sequence[float]
) -> tuple[Scale, tuple[Sequence[float], Sequence[float]]]:
    """Logarithms where there are any. Their differences, unlike ratios', are exact opposites."""
    if min(*a, *b) > 0:
        return Scale.RATIO, ([log(x) for x in a], [log(x) for x in b])
    return Scale.DIFFERENCE, (a, b)


def _effect(given: _Sums, confidence: float) -> Effect:
    cut = max(0, given.null.cut((1 - confidence) / 2 + _ROUNDING))
    last = given.sums.count - 1
    sums = given.sums.select([last // 2, (last + 1) // 2, cut, last - cut])
    lower, upper, low, high = (total / given.divisor for total in sums)
    values = (lower / 2 + upper / 2, low, high)
    estimate, low, high = map(_power, values) if given.scale is Scale.RATIO else values
    return Effect(
        estimate=estimate,
        low=low,
        high=high,
        coverage=max(0.0, 1 - 2 * given.null.at_most(cut)),
        scale=given.scale,
    )


def _power(value: float) -> float:
    """The ratio of this logarithm; what is 1 but for rounding is 1."""
    return 1.0 if abs(value) < _ROUNDING else exp(max(-_LARGEST, min(_LARGEST, value)))


def _probability(given: _Sums) -> float:
    width = _ROUNDING * (max(map(abs, (*given.sums.rows, *given.sums.columns))) or 1.0)
    positive = given.sums.count - given.sums.at_most(width)
    not_negative = given.sums.count - given.sums.at_most(-width)
    return given.null.middle_probability((positive + not_negative) / 2)


def _verdict(effect: Effect | None, confidence: float) -> Verdict:
    if effect is None or effect.coverage < confidence - _ROUNDING:
        return Verdict.UNDECIDED
    if effect.low > effect.neutral:
        return Verdict.FASTER
    return Verdict.SLOWER if effect.high < effect.neutral else Verdict.UNDECIDED


def _reason(verdict: Verdict, effect: Effect | None, needed: int, confidence: float) -> str:
    if effect is None:
        return "nothing can be said: there are no values, or some that are no numbers"
    numbers = _numbers(effect)
    if effect.coverage < confidence - _ROUNDING:
        few = "too few values, or values that follow each other"
        return f"{few}: {confidence:.0%} needs {needed} independent ones of each; {numbers}"
    if verdict is Verdict.UNDECIDED:
        return f"noise could make this difference: {numbers}"
    return f"A is {verdict.value}: {numbers}"


def _numbers(effect: Effect) -> str:
    interval = f"({effect.low:.4g} to {effect.high:.4g})"
    if effect.scale is Scale.RATIO:
        return f"B takes {effect.estimate:.4g} times what A takes {interval}"
    return f"B takes {effect.estimate:.4g} more than A {interval}"
