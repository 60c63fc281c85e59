"""Three ways to tell classes apart, two of them quantum: none is claimed to be better.

A solution is a function of ``machine`` and ``seed`` that answers ``right`` and ``count``; yours is
one more. All get the same rows, by ``asked_rows``. Defaults of bandwidth, ridge and layers were
chosen on iris by the rows of ``--judged-by validation``, which are none of those that judge.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from tables import Split, asked_rows

from ckp_quantum.variational import program, spsa

_AT_ONCE = 200
"""Circuits that the machine gets together."""
_BATCH = 12
"""Rows that one cost is the mean of."""
Answer = dict[str, int]


def kernel(machine: Any, seed: int, bandwidth: float = 0.2, ridge: float = 0.3) -> Answer:
    """Fidelities of states, as a kernel; then a ridge regression in NumPy.

    Source: V. Havlicek and others, Supervised learning with quantum-enhanced feature spaces, Nature
    567 (2019), 209-212; the feature map is theirs. Bandwidth: R. Shaydulin and S. M. Wild, Physical
    Review A 106 (2022), 042407.
    """
    rows = asked_rows(machine)
    train, judges = rows.train * bandwidth, rows.judged * bandwidth
    pairs = [*combinations(train, 2)]
    pairs += [(one, other) for one in judges for other in train]
    values = fidelities(machine, pairs)
    size = len(train) * (len(train) - 1) // 2
    other = np.reshape(values[size:], (len(judges), len(train)))
    return judged(rows, symmetric(values[:size], len(train)), other, ridge)


def classical(machine: Any, seed: int, ridge: float = 0.3) -> Answer:
    """The same regression with Gaussians of distances: what a quantum kernel must compare with."""
    rows = asked_rows(machine)

    def gaussians(some: np.ndarray) -> Any:
        squares = ((some[:, None] - rows.train[None]) ** 2).sum(2)
        return np.exp(-squares)

    return judged(rows, gaussians(rows.train), gaussians(rows.judged), ridge)


def variational(machine: Any, seed: int, layers: int = 3, iterations: int = 120) -> Answer:
    """Angles of a circuit are learnt from a few rows at a time; words of bits are classes.

    Source: M. Schuld and others, Circuit-centric quantum classifiers, Physical Review A 101 (2020),
    032308; here with features that are entered again in each layer.
    """
    rows, random = asked_rows(machine), np.random.default_rng(seed)
    features = rows.train.shape[1]
    if 2**features < rows.classes:
        raise ValueError(f"{features} qubits have no word for each of {rows.classes} classes")
    start = random.uniform(-1, 1, layers * features * 2)
    found = spsa(batch_cost(machine, rows, random), start, iterations, random)
    return answer(class_scores(machine, rows.judged, found, rows.classes), rows)


def batch_cost(
    machine: Any, rows: Split, random: np.random.Generator
) -> Callable[[np.ndarray], float]:
    """1 less the mean chance of the right class, over another few rows each time."""
    size = min(_BATCH, len(rows.train))

    def cost(angles: np.ndarray) -> float:
        chosen = random.choice(len(rows.train), size, replace=False)
        scores = class_scores(machine, rows.train[chosen], angles, rows.classes)
        return 1 - float(scores[range(size), rows.train_labels[chosen]].mean())

    return cost


def symmetric(above: list[float], size: int) -> Any:
    """A matrix of what stands above its diagonal of ones, row by row."""
    found = np.eye(size)
    places = np.triu_indices(size, 1)
    found[places] = above
    found.T[places] = above
    return found


def judged(rows: Split, own: np.ndarray, other: np.ndarray, ridge: float) -> Answer:
    """One regression for each class, the highest counts; a small ridge learns the shots' noise."""
    wanted = np.eye(rows.classes)[rows.train_labels]
    weights = np.linalg.solve(own + ridge * np.eye(len(own)), wanted)
    return answer(other @ weights, rows)


def answer(scores: np.ndarray, rows: Split) -> Answer:
    right = scores.argmax(1) == rows.judged_labels
    return {"right": int(right.sum()), "count": len(right)}


def fidelities(machine: Any, pairs: list[tuple[Any, Any]]) -> list[float]:
    """How often nothing but zeros is seen where one row is entered and another taken back."""
    qubits = len(pairs[0][0])
    texts = [program(qubits, [*entered(one), *taken_back(other)]) for one, other in pairs]
    counts = counted(machine, texts)
    return [one.get("0" * qubits, 0) / sum(one.values()) for one in counts]


def counted(machine: Any, texts: list[str]) -> list[dict[str, int]]:
    parts = [texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE)]
    return [one for part in parts for one in machine.counts(part)]


def entered(row: np.ndarray) -> list[str]:
    """Twice: turns by features, and by products of features along a line."""
    return [step for _ in range(2) for step in (*spread(len(row)), *turned(row, 1))]


def taken_back(row: np.ndarray) -> list[str]:
    once = [*turned(row, -1), *spread(len(row))]
    return [*once, *once]


def spread(qubits: int) -> list[str]:
    return [f"h q[{one}]" for one in range(qubits)]


def turned(row: np.ndarray, sign: int) -> list[str]:
    """All of them commute, so that their order does not matter."""
    steps = [f"u1({2 * sign * float(value)!r}) q[{one}]" for one, value in enumerate(row)]
    for one in range(len(row) - 1):
        angle = 2 * sign * (np.pi - float(row[one])) * (np.pi - float(row[one + 1]))
        steps += [
            f"cx q[{one}],q[{one + 1}]",
            f"u1({angle!r}) q[{one + 1}]",
            f"cx q[{one}],q[{one + 1}]",
        ]
    return steps


def class_scores(machine: Any, rows: np.ndarray, angles: np.ndarray, classes: int) -> np.ndarray:
    """Of each row the share of words that stand for each class."""
    counts = counted(machine, [layered(row, angles) for row in rows])
    found = np.zeros((len(rows), classes))
    for place, one in enumerate(counts):
        for word, count in one.items():
            found[place, int(word, 2) % classes] += count / sum(one.values())
    return found


def layered(row: np.ndarray, angles: np.ndarray) -> str:
    """In each layer the features, turns about two axes, and a ring of controlled nots."""
    qubits, steps = len(row), []
    for layer in np.reshape(angles, (-1, qubits, 2)):
        for one, (about_y, about_z) in enumerate(layer):
            steps += [f"ry({float(row[one])!r}) q[{one}]", f"rz({float(about_z)!r}) q[{one}]"]
            steps.append(f"ry({float(about_y)!r}) q[{one}]")
        ring = range(qubits) if qubits > 2 else range(qubits - 1)
        steps += [f"cx q[{one}],q[{(one + 1) % qubits}]" for one in ring]
    return program(qubits, steps)
