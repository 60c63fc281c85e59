"""How often chance alone is told as a gain: a winner that is the program as it is, simulated."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from analysis.noise_models import DRIFTING, INDEPENDENT, Noise, most_by_chance
from ck_core.analysis.comparison import Comparison, Verdict
from ck_core.analysis.gains import gain_over
from ck_core.analysis.interleaving import plan
from ck_core.domain.point import Point
from ck_core.domain.tuning.objective import Objective
from experiments.point_kit import sample

FINALS = 30
RUNS = 600
FALSE_GAINS = 0.005
"""One of two hundred, as ``gains`` has it: of its 1 % half are losses."""


def last_runs(noise: Noise, source: Random) -> tuple[Point, Point]:
    """Winner and baseline in random blocks, each repetition with the noise of its time."""
    order = plan(2, FINALS, seed=source.randrange(1 << 30))
    runs = [*zip(order, noise(source, len(order)), strict=True)]
    winner, baseline = (
        replace(
            sample(variant),
            session="0" * 16,
            characteristics={
                "wall_s": tuple(value for slot, value in runs if slot.variant == variant),
                "block": tuple(float(slot.block) for slot, _ in runs if slot.variant == variant),
            },
        )
        for variant in range(2)
    )
    return winner, baseline


def holds_no_gain(one: Comparison) -> bool:
    assert one.effect is not None
    return one.effect.low <= 1 <= one.effect.high


@pytest.mark.parametrize("maximize", [False, True])
@pytest.mark.parametrize("noise", [*INDEPENDENT, *DRIFTING])
def test_nothing_is_seldom_told_as_a_gain(noise: Noise, *, maximize: bool) -> None:
    source, objective = Random(FINALS), Objective(maximize=maximize)
    found = [gain_over(*last_runs(noise, source), objective) for _ in range(RUNS)]
    assert all(one.paired for one in found)
    told = [one.comparison for one in found]
    gains = [one for one in told if one.verdict is Verdict.FASTER]
    assert len(gains) <= most_by_chance(RUNS, FALSE_GAINS)
    assert sum(not holds_no_gain(one) for one in told) <= most_by_chance(RUNS, 2 * FALSE_GAINS)
