"""The largest cut of a graph by the quantum approximate optimisation algorithm.

Source: E. Farhi, J. Goldstone and S. Gutmann, A quantum approximate optimization algorithm, 2014.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from ckp_quantum.variational import minimised, program

_MOST = 16
"""Nodes, of which all cuts are counted to know the best."""


def edges_of(graph: str, nodes: int) -> list[tuple[int, int]]:
    """A ring, a ring with chords to the opposite side, or everybody with everybody."""
    if not 3 <= nodes <= _MOST:
        raise ValueError(f"there are 3 to {_MOST} nodes, not {nodes}")
    ring = [(one, (one + 1) % nodes) for one in range(nodes)]
    chords = [(one, one + nodes // 2) for one in range(nodes // 2)] if nodes > 3 else []
    known = {"ring": ring, "chords": [*ring, *chords], "complete": [*combinations(range(nodes), 2)]}
    if graph not in known:
        raise ValueError(f"the graph is {', '.join(known)}, not {graph!r}")
    return known[graph]


def maxcut(
    machine: Any,
    seed: int,
    graph: str = "chords",
    nodes: int = 6,
    layers: int = 2,
    optimizer: str = "spsa",
    iterations: int = 120,
) -> dict[str, Any]:
    """``ratio``: the mean cut of the last circuit's shots by the largest cut."""
    edges, random = edges_of(graph, nodes), np.random.default_rng(seed)
    check(layers, optimizer)
    best = max(cut(f"{one:0{nodes}b}", edges) for one in range(2**nodes))
    start = np.tile([0.4, 0.6], layers) + random.uniform(-0.1, 0.1, 2 * layers)

    def cost(angles: np.ndarray) -> float:
        return -mean_cut(machine.counts([circuit(nodes, edges, angles)])[0], edges)

    found = minimised(cost, start, optimizer, iterations, random)
    (counts,) = machine.counts([circuit(nodes, edges, found)])
    hits = sum(count for word, count in counts.items() if cut(word, edges) == best)
    return {
        "ratio": mean_cut(counts, edges) / best,
        "hits": hits,
        "hit_shots": sum(counts.values()),
        "angles": [float(one) for one in found],
    }


def check(layers: int, optimizer: str) -> None:
    """Raises ValueError."""
    if layers < 1:
        raise ValueError(f"there is one layer or more, not {layers}")
    if optimizer == "rotosolve":  # one angle is that of many gates
        raise ValueError("rotosolve takes costs that are a sine of each angle, which a cut is not")


def circuit(nodes: int, edges: list[tuple[int, int]], angles: np.ndarray) -> str:
    """In each layer a phase for each edge that is cut, then a turn of every node."""
    steps = [f"h q[{one}]" for one in range(nodes)]
    for phase, turn in np.reshape(angles, (-1, 2)):
        for one, other in edges:
            steps += [
                f"cx q[{one}],q[{other}]",
                f"rz({-float(phase)!r}) q[{other}]",
                f"cx q[{one}],q[{other}]",
            ]
        steps += [f"rx({2 * float(turn)!r}) q[{one}]" for one in range(nodes)]
    return program(nodes, steps)


def cut(word: str, edges: list[tuple[int, int]]) -> int:
    """How many edges join different sides; the first node is the last letter."""
    sides = word[::-1]
    return sum(sides[one] != sides[other] for one, other in edges)


def mean_cut(counts: dict[str, int], edges: list[tuple[int, int]]) -> float:
    return sum(cut(word, edges) * count for word, count in counts.items()) / sum(counts.values())
