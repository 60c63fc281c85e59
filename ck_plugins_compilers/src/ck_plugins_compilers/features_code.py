"""What compilers' intermediate codes have in common: functions of blocks that lead to blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

INTEGER = "integer_operations"
FLOAT = "float_operations"
ADDRESS = "address_operations"
INTEGER_COMPARE = "integer_compares"
FLOAT_COMPARE = "float_compares"
SELECT = "selects"
CONVERSION = "conversions"
LOAD = "loads"
STORE = "stores"
IF = "conditional_branches"
JUMP = "unconditional_branches"
SWITCH = "switches"
RETURN = "returns"
INTRINSIC = "intrinsics"
DIRECT_CALL = "direct_calls"
LIBRARY_CALL = "library_calls"
INDIRECT_CALL = "indirect_calls"
OTHER = "other_instructions"
KINDS = (
    *(INTEGER, FLOAT, ADDRESS, INTEGER_COMPARE, FLOAT_COMPARE, SELECT, CONVERSION, LOAD, STORE),
    *(IF, JUMP, SWITCH, RETURN, INTRINSIC, DIRECT_CALL, LIBRARY_CALL, INDIRECT_CALL, OTHER),
)
"""Every instruction is of one."""

MULTIPLICATION = "multiplications"
DIVISION = "divisions"
VECTOR = "vector_operations"
TRAITS = (MULTIPLICATION, DIVISION, VECTOR)
"""What instructions of several kinds may be besides."""


@dataclass
class Block:
    """A basic block.

    Attributes:
        counts: instructions by kind and trait; calls of known names are not among them.
        calls: names that are called, with how often.
        phi_arguments: of each phi node, how many.
    """

    successors: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    phi_arguments: list[int] = field(default_factory=list)

    def add(self, *kinds: str) -> None:
        """One instruction: its kind, and its traits."""
        self.counts.update(kinds)

    @property
    def size(self) -> int:
        """Instructions; phi nodes are none."""
        return sum(self.counts[kind] for kind in KINDS) + self.calls.total()


@dataclass
class Function:
    """Attributes: blocks: by name; the first is where it is entered."""

    name: str
    blocks: dict[str, Block] = field(default_factory=dict)

    def predecessors(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {name: [] for name in self.blocks}
        for name, block in self.blocks.items():
            for successor in block.successors:
                found[successor].append(name)
        return found


def closed(function: Function) -> Function:
    """Without edges that lead nowhere, and each edge once."""
    for block in function.blocks.values():
        block.successors = _known(block.successors, function.blocks)
    return function


def _known(names: Iterable[str], blocks: dict[str, Block]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name in blocks))
