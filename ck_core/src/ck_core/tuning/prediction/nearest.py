"""The nearest neighbour: what suited the most similar program.

G. Fursin et al., MILEPOST GCC: Machine Learning Enabled Self-tuning Compiler, 2011.
"""

from __future__ import annotations

from ck_core.tuning.prediction.experience import Experience
from ck_core.tuning.prediction.guesses import Guess
from ck_core.tuning.prediction.similarity import Features, distances


def nearest(program: Features, experiences: list[Experience], _seed: int) -> list[Guess]:
    """By distance."""
    apart = distances(program, [one.features for one in experiences])
    order = sorted(range(len(experiences)), key=lambda at: apart[at])
    return [_guess(experiences[at], apart[at]) for at in order]


def _guess(one: Experience, distance: float) -> Guess:
    where = f"program:{one.program} (distance {distance:.2g})"
    won = f"the winner of {where}" if one.winner else f"nothing better was found for {where}"
    return Guess(configuration=one.winner, gain=one.gain, basis=won)
