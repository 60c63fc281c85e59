"""Random blocks and the pairs made of them."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.interleaving import Measured, Slot, pairs, plan, random_blocks


@given(st.integers(1, 8), st.integers(0, 20), st.integers())
def test_each_variant_once_a_block(variants: int, blocks: int, seed: int) -> None:
    slots = plan(variants, blocks, seed=seed)
    assert [slot.block for slot in slots] == [n for n in range(blocks) for _ in range(variants)]
    for block in range(blocks):
        chosen = {slot.variant for slot in slots if slot.block == block}
        assert chosen == set(range(variants))


def test_the_order_is_the_seeds() -> None:
    assert plan(5, 20, seed=1) == plan(5, 20, seed=1) != plan(5, 20, seed=2)
    assert plan(5, 9, seed=1) == plan(5, 20, seed=1)[:45]
    assert [slot.variant for slot in plan(4, 2, seed=7)] == [3, 1, 0, 2, 2, 1, 3, 0]


def test_orders_are_equally_likely() -> None:
    orders = Counter(
        tuple(slot.variant for slot in block) for block in islice(random_blocks(3, seed=3), 6000)
    )
    assert len(orders) == 6
    assert all(900 < count < 1100 for count in orders.values())


def test_pairs_are_of_one_block() -> None:
    def measured(block: int, variant: int, value: float) -> Measured:
        return Measured(slot=Slot(block=block, variant=variant), value=value)

    found = pairs(
        [
            measured(1, 2, 5.0),
            measured(0, 0, 1.0),
            measured(0, 2, 2.0),
            measured(0, 1, 99.0),  # another variant
            measured(1, 0, 3.0),
            measured(1, 0, 4.0),  # measured twice: the median counts
            measured(2, 0, 6.0),  # its partner failed
        ],
        0,
        2,
    )
    assert (found.a, found.b, found.incomplete) == ((1.0, 3.5), (2.0, 5.0), 1)
