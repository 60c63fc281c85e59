"""What the best so far took in the same minutes as a candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, log
from statistics import median

from ck_core.analysis.comparison import compare
from ck_core.analysis.intervals import CONFIDENCE


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Runs of the best so far in turn with those of a candidate, all of them above 0.

    Both of a pair meet the same noise: what else goes on on a machine makes everything slower for
    seconds at a time, so that a time alone tells more of its minute than of the candidate.

    Attributes:
        point: of the best so far.
        cost: of it.
        spread: half the width of the 95 % interval of its log cost over that of the program as
            it is; None where unknown.
        values: one for each run of the candidate.
    """

    point: str
    cost: float
    spread: float | None
    values: tuple[float, ...]

    def cost_of(self, values: Sequence[float]) -> float:
        """On the scale of the best's: drift of the machine is not in it."""
        return self.cost * median(ratios(values, self.values))

    def spread_of(self, values: Sequence[float]) -> float | None:
        """Of the candidate's log cost: errors of one step after the other add up as variances."""
        effect = compare(values, self.values, paired=True).effect
        if self.spread is None or effect is None or effect.coverage < CONFIDENCE:
            return None
        return hypot(self.spread, log(effect.high / effect.low) / 2)


def spread_of(number: int, values: Sequence[float], beside: Beside | None) -> float | None:
    """Of the trial of that number; 0 of the first, which is the program as it is."""
    if number == 0:
        return 0.0
    return beside.spread_of(values) if beside else None


def ratios(values: Sequence[float], beside: Sequence[float]) -> list[float]:
    return [one / other for one, other in zip(values, beside, strict=True)]
