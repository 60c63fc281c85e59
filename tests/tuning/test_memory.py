"""What a search remembers: how long it waited in vain, and who may win."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ck_core.domain.tuning.strategy import Trial
from ck_core.tuning.beside import Beside
from ck_core.tuning.memory import Finding, Memory


def memory_of(*costs: tuple[float, ...]) -> Memory:
    """No costs: it failed."""
    memory = Memory()
    for number, one in enumerate(costs):
        configuration = {"n": str(number)}
        trial = Trial(configuration=configuration, costs=one, failure="" if one else "run")
        memory.add(Finding(number=number, trial=trial, identity="", point=str(number)))
    return memory


@pytest.mark.parametrize(
    ("costs", "waited"),
    [
        ([(), ()], 2),
        ([(3.0,), (2.0,), (2.0,), (), (5.0,)], 3),
        ([(3.0, 3.0), (2.0, 4.0), (4.0, 2.0)], 0),
        ([(3.0, 3.0), (4.0, 2.0), (4.0, 2.0), (5.0, 5.0)], 2),
        ([(2.0, 2.0), (2.0, 1.0), ()], 1),
    ],
)
def test_how_long_nothing_came_onto_the_frontier(
    costs: list[tuple[float, ...]], waited: int
) -> None:
    assert memory_of(*costs).since_best == waited


@pytest.mark.parametrize("size", [1, 12, 13, 100])
def test_of_a_long_frontier_both_ends_contend(size: int) -> None:
    memory = memory_of(*((float(at), float(-at)) for at in range(size)), (99.0, 99.0))
    found = [one.number for one in memory.contenders(4)]
    assert (found[0], found[-1]) == (0, size - 1)
    assert len(found) == len({*found}) == min(size, 12)
    steps = [two - one for one, two in pairwise(found)]
    assert not steps or max(steps) - min(steps) <= 1


def test_of_one_objective_the_best_contend() -> None:
    memory = memory_of((3.0,), (1.0,), (), (2.0,))
    assert [one.number for one in memory.contenders(2)] == [1, 3]


def found(number: int, cost: float, identity: str, beside: Beside | None = None) -> Finding:
    trial = Trial(configuration={"n": str(number)}, costs=(cost,))
    return Finding(number=number, trial=trial, identity=identity, point=str(number), beside=beside)


def test_the_same_code_as_what_lost_wins_nothing() -> None:
    """Few runs made it seem cheaper; it lost by all that it had."""
    lost = Beside(point="0", cost=3.0, values=(1.0,))
    memory = Memory()
    for one in (found(0, 3.0, "a"), found(1, 2.9, "b", lost), found(2, 2.9, "b")):
        memory.add(one)
    assert memory.best
    assert memory.best.number == 0
    assert memory.contenders(1)[0].number == 0
