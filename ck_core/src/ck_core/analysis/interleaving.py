"""Variants in random blocks, so that drift of the machine hits all alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One repetition to run: of which variant (its number), in which block (from 0)."""

    block: int
    variant: int


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The value that a slot gave."""

    slot: Slot
    value: float


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Values of two variants, block by block.

    Attributes:
        a, b: of one length; ``a[i]`` and ``b[i]`` are from one block.
        incomplete: blocks that lack one of the two and are left out.
    """

    a: tuple[float, ...]
    b: tuple[float, ...]
    incomplete: int


def random_blocks(variants: int, *, seed: int) -> Iterator[tuple[Slot, ...]]:
    """Blocks without end, each with every variant once, in an order of its own.

    The randomized block design (R. A. Fisher, The Design of Experiments, 1935): what changes
    slowly is alike for a whole block, and what changes within one hits each variant with the
    same probability. The order depends on seed and block only, on every Python.
    Complexity: O(variants log variants) a block.
    """
    source = Random(seed)  # noqa: S311 - an order of runs, nothing to keep secret
    block = 0
    while True:
        order = sorted((source.random(), variant) for variant in range(variants))
        yield tuple(Slot(block=block, variant=variant) for _, variant in order)
        block += 1


def plan(variants: int, blocks: int, *, seed: int) -> tuple[Slot, ...]:
    """So many blocks, one after the other."""
    chosen = islice(random_blocks(variants, seed=seed), blocks)
    return tuple(slot for block in chosen for slot in block)


def pairs(measured: Iterable[Measured], a: int, b: int) -> Pairs:
    """The blocks that have both variants, in the order of blocks.

    Where a block measured a variant more than once, its median counts: two values of one block
    are not independent. Complexity: O(n log n).
    """
    values: dict[int, dict[int, list[float]]] = {}
    for one in measured:
        if one.slot.variant in {a, b}:
            block = values.setdefault(one.slot.block, {})
            block.setdefault(one.slot.variant, []).append(one.value)
    complete = [values[block] for block in sorted(values) if {a, b} <= values[block].keys()]
    return Pairs(
        a=_medians(complete, a), b=_medians(complete, b), incomplete=len(values) - len(complete)
    )


def _medians(blocks: Sequence[dict[int, list[float]]], variant: int) -> tuple[float, ...]:
    return tuple(median(block[variant]) for block in blocks)
