"""What a winner is set beside: the program as it is, and -O2."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.analysis.tuning_ending import AS_IT_IS, BASELINES, LOWER
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.parameter import Configuration
from ck_core.tuning.application import LEVEL, names_level
from ck_core.tuning.finalist import Finalist
from ck_core.tuning.finals import compared
from ck_core.tuning.outcome import Gain
from ck_core.tuning.workshop import Workshop

_HIGH = "-O3"


def baselines_of(workshop: Workshop) -> dict[str, Configuration]:
    """As it is, which is -O3, and -O2, unless the user's own flags say the level; by role."""
    lower = {LOWER: {LEVEL: LOWER}} if _has_levels(workshop) else {}
    return {AS_IT_IS: {}, **lower}


def _has_levels(workshop: Workshop) -> bool:
    """Whether it is varied, or what builds the program made a flag of "as fast as can be"."""
    level = workshop.space.by_name.get(LEVEL)
    if level is not None:
        return LOWER in level.values
    is_given = names_level(workshop.options.run.build.flags)
    return _HIGH in workshop.ready.built.build.flags and not is_given


def gains_over(finalists: Sequence[Finalist], winner: Finalist, objective: Objective) -> list[Gain]:
    """Of the winner over each baseline that was measured beside it."""
    return [
        Gain(baseline=one, compared=compared(winner, one, objective))
        for one in finalists
        if one.role in BASELINES and one.point.session == winner.point.session and not one.failed
    ]
