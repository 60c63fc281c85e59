"""What others took in the same minutes as a candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ck_core.analysis.racing import ratio


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Runs in turn with those of a candidate, all of them above 0.

    Both of a pair meet the same noise: what else goes on on a machine makes everything slower for
    seconds at a time, so that a time alone tells more of its minute than of the candidate.

    Attributes:
        point: of the best so far.
        cost: of it.
        values: of the best so far, one for each of the candidate's first runs.
        as_it_is_cost: of the program as it is.
        as_it_is: of that, one for each of the candidate's other runs: they are there if it is the
            new best. None of them made it that, so that it is not told to be better than it is,
            and errors of one new best after the other do not add up.
    """

    point: str
    cost: float
    values: tuple[float, ...]
    as_it_is_cost: float = 0.0
    as_it_is: tuple[float, ...] = ()

    @property
    def is_won(self) -> bool:
        """Whether the candidate is the new best."""
        return bool(self.as_it_is)

    def cost_of(self, values: Sequence[float]) -> float:
        """On one scale for all, in which drift of the machine is not."""
        if self.is_won:
            return self.as_it_is_cost * ratio(self.last(values), self.as_it_is)
        return self.cost * ratio(values[: len(self.values)], self.values)

    def last(self, values: Sequence[float]) -> Sequence[float]:
        """Of the candidate's values those in turn with the program as it is."""
        return values[len(self.values) :]
