"""Static features of a program: counts and shares over all its functions.

The names follow the features of MILEPOST GCC (M. Namolaru et al., Practical Aggregation of
Semantical Program Features for Machine Learning Based Optimization, 2010; G. Fursin et al.,
MILEPOST GCC: Machine Learning Enabled Self-tuning Compiler, 2011), in words instead of
numbers; loops are added to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ck_plugins_compilers.features_code import (
    DIRECT_CALL,
    KINDS,
    LIBRARY_CALL,
    TRAITS,
    Block,
    Function,
)
from ck_plugins_compilers.features_loops import loops_of

_SMALL = 15
_LARGE = 500


@dataclass(frozen=True)
class _Placed:
    """A block with what its function makes of it.

    Attributes:
        depth: loops around it.
        is_inner: it is in a loop that has none within.
    """

    block: Block
    counts: Counter[str]
    predecessors: int
    depth: int
    is_inner: bool


def features(functions: Sequence[Function]) -> dict[str, float]:
    """Whole numbers are counts; ``..._share`` is of 1, ``mean_...`` is of one thing."""
    defined = {one.name for one in functions}
    graphs = [_Graph(one, defined) for one in functions]
    blocks = [block for one in graphs for block in one.blocks]
    counts = _sum(one.counts for one in blocks)
    instructions = sum(counts[kind] for kind in KINDS)
    return {
        "functions": len(functions),
        "basic_blocks": len(blocks),
        "instructions": instructions,
        **_flow(graphs, blocks),
        **_loops(graphs, blocks, instructions),
        **{name: counts[name] for name in (*KINDS, *TRAITS)},
        **_mix(counts, ""),
        **_mix(_sum(one.counts for one in blocks if one.is_inner), "_in_inner_loops"),
        **_block_shares(blocks),
        "mean_block_size": _over(instructions, len(blocks)),
        "mean_function_size": _over(instructions, len(functions)),
        "mean_function_blocks": _over(len(blocks), len(functions)),
        **_phi_nodes(blocks),
    }


class _Graph:
    """One function."""

    def __init__(self, function: Function, defined: set[str]) -> None:
        self.loops = loops_of(function)
        before = function.predecessors()
        headers = self.loops.keys()
        inner = [body for header, body in self.loops.items() if len(body & headers) == 1]
        self.inner_loops = len(inner)
        self.blocks = [
            _Placed(
                block=block,
                counts=_with_calls(block, defined),
                predecessors=len(before[name]),
                depth=sum(name in body for body in self.loops.values()),
                is_inner=any(name in body for body in inner),
            )
            for name, block in function.blocks.items()
        ]
        self.critical_edges = sum(
            len(before[successor]) > 1
            for block in function.blocks.values()
            if len(block.successors) > 1
            for successor in block.successors
        )


def _with_calls(block: Block, defined: set[str]) -> Counter[str]:
    """Calls are of the program's own functions, or of a library's."""
    own = sum(count for name, count in block.calls.items() if name in defined)
    calls = Counter({DIRECT_CALL: own, LIBRARY_CALL: block.calls.total() - own})
    return block.counts + calls


def _flow(graphs: Sequence[_Graph], blocks: Sequence[_Placed]) -> dict[str, float]:
    return {
        "cfg_edges": sum(len(one.block.successors) for one in blocks),
        "critical_edges": sum(one.critical_edges for one in graphs),
    }


def _loops(
    graphs: Sequence[_Graph], blocks: Sequence[_Placed], instructions: int
) -> dict[str, float]:
    sizes = [(one.block.size, one) for one in blocks]
    loops = sum(len(one.loops) for one in graphs)
    inner = sum(one.inner_loops for one in graphs)
    return {
        "loops": loops,
        "inner_loops": inner,
        "loop_depth": max((one.depth for one in blocks), default=0),
        "inner_loops_share": _over(inner, loops),
        "in_loops_share": _over(sum(n for n, one in sizes if one.depth), instructions),
        "in_nested_loops_share": _over(sum(n for n, one in sizes if one.depth > 1), instructions),
        "in_inner_loops_share": _over(sum(n for n, one in sizes if one.is_inner), instructions),
        "mean_loop_depth": _over(sum(n * one.depth for n, one in sizes), instructions),
        "mean_loops": _over(loops, len(graphs)),
    }


def _mix(counts: Mapping[str, int], where: str) -> dict[str, float]:
    """Of the instructions there."""
    total = sum(counts.get(kind, 0) for kind in KINDS)
    return {f"{name}{where}_share": _over(counts.get(name, 0), total) for name in (*KINDS, *TRAITS)}


def _block_shares(blocks: Sequence[_Placed]) -> dict[str, float]:
    edges = [(one.predecessors, len(one.block.successors)) for one in blocks]
    sizes = [one.block.size for one in blocks]
    counts = {
        "one_successor": sum(after == 1 for _, after in edges),
        "two_successors": sum(after == 2 for _, after in edges),
        "more_successors": sum(after > 2 for _, after in edges),
        "one_predecessor": sum(before == 1 for before, _ in edges),
        "two_predecessors": sum(before == 2 for before, _ in edges),
        "more_predecessors": sum(before > 2 for before, _ in edges),
        "small_blocks": sum(size < _SMALL for size in sizes),
        "large_blocks": sum(size > _LARGE for size in sizes),
        "blocks_with_phi": sum(bool(one.block.phi_arguments) for one in blocks),
    }
    return {f"{name}_share": _over(count, len(blocks)) for name, count in counts.items()}


def _phi_nodes(blocks: Sequence[_Placed]) -> dict[str, float]:
    arguments = [count for one in blocks for count in one.block.phi_arguments]
    return {
        "phi_nodes": len(arguments),
        "mean_phi_nodes": _over(len(arguments), len(blocks)),
        "mean_phi_arguments": _over(sum(arguments), len(arguments)),
    }


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counters:
        total.update(one)
    return total


def _over(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
