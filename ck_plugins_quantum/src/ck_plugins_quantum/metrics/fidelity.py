"""How near counts are to the ideal distribution, with what shots alone make of it."""

from __future__ import annotations

from collections.abc import Mapping
from math import log, sqrt

from ck_core.analysis.proportions import Z
from ck_plugins_quantum.metrics.intervals import Estimate, wilson


def hellinger(counts: Mapping[str, int], ideal: Mapping[str, float]) -> Estimate:
    """``(sum of sqrt(p q)) ** 2``: 1 where both are the same, 0 where no outcome is shared.

    The interval is the delta method's (A. W. van der Vaart, Asymptotic Statistics, chapter 3):
    ``B = sum of sqrt(p q)`` has the variance ``(Q - B ** 2) / 4 n`` with ``Q`` the ideal's chance
    of what was seen. A finite sample always lies a little off, ``B`` by ``(K - 1) / 8 n`` for ``K``
    possible outcomes: the upper end is that much higher. Where no shot is impossible its variance
    would be too small, down to 0: the fidelity is ``R F``, ``R`` the share of possible outcomes and
    ``F`` the fidelity of these alone, and the lower end is no higher than Wilson's for ``R``.

    Args:
        counts: at least one shot.
    """
    shots = sum(counts.values())
    seen = [ideal.get(word, 0.0) for word, count in counts.items() if count]
    possible = wilson(sum(n for word, n in counts.items() if ideal.get(word)), shots)
    overlap = min(1.0, sum(sqrt(c / shots * ideal.get(w, 0.0)) for w, c in counts.items()))
    error = sqrt(max(0.0, min(1.0, sum(seen)) - overlap**2) / (4 * shots))
    off = max(0, len(ideal) - 1) / (8 * shots)
    low, high = max(0.0, overlap - Z * error), min(1.0, overlap + Z * error + off)
    least = overlap**2 * possible.low / possible.value if possible.value else 0.0
    return Estimate(value=overlap**2, low=min(low**2, least), high=high**2)


def total_variation(counts: Mapping[str, int], ideal: Mapping[str, float]) -> Estimate:
    """``1 - half the sum of |p - q|``.

    The interval holds for every number of shots: one shot moves the distance by ``1 / n`` at most,
    so that it lies within ``sqrt(ln(2 / 0.05) / 2 n)`` of its mean with 95 % (C. McDiarmid, On the
    method of bounded differences, 1989), and its mean is above the true distance by no more than
    half the sum of ``sqrt(p (1 - p) / n)``, which ``sqrt((K - 1) / n) / 2`` bounds.

    Args:
        counts: at least one shot.
    """
    shots, words = sum(counts.values()), counts.keys() | ideal.keys()
    distance = sum(abs(counts.get(w, 0) / shots - ideal.get(w, 0.0)) for w in words) / 2
    reach = sqrt(log(2 / 0.05) / (2 * shots))
    above = sqrt(max(0, len(words) - 1) / shots) / 2
    low, high = min(1.0, distance + reach), max(0.0, distance - reach - above)
    return Estimate(value=1 - distance, low=1 - low, high=1 - high)
