"""What an adapter is given, and what it answers: one function, ``load(options) -> Device``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ckp_quantum.failure import Failure


@dataclass(frozen=True)
class Options:
    """What was asked for; what the SDK cannot do is a Failure, not left out.

    Attributes:
        backend: the whole name; ``detail`` is what stands behind its first ``:``.
        level: of the transpiler: ``default``, or ``0`` to ``3``.
        decoupling, twirling: against the noise of a real machine: ``yes`` or ``no``.
    """

    backend: str
    detail: str
    level: str = "default"
    layout: str = "default"
    routing: str = "default"
    seed: int = 1
    decoupling: str = "no"
    twirling: str = "no"


@dataclass(frozen=True)
class Facts:
    """Of a circuit as it is run, after the transpiler."""

    qubits: int
    depth: int
    gates: int
    two_qubit_gates: int


@dataclass(frozen=True)
class Device:
    """A backend that is ready.

    Attributes:
        version: the SDK's.
        qubits: as many as it has; None: as many as memory holds.
        is_own: whether something is a circuit of this SDK.
        read: OpenQASM becomes such a circuit.
        measures: how many bits a circuit measures into.
        width: how many qubits it has.
        compile: timed: what ``run`` takes.
        run: timed: what was compiled, shots, seed; counts by outcome, the last bit first.
        facts: of what was compiled.
        ideal: the exact distribution without noise, or the reason why there is none.
        text: what tells one circuit from another; empty where nothing does.
        most_shots: in one run; None: any.
        plain: whether what was compiled needs no state vector (only Clifford gates).
    """

    sdk: str
    version: str
    is_own: Callable[[object], bool]
    read: Callable[[str], Any]
    width: Callable[[Any], int]
    measures: Callable[[Any], int]
    compile: Callable[[Sequence[Any]], Sequence[Any]]
    run: Callable[[Sequence[Any], int, int], list[dict[str, int]]]
    facts: Callable[[Any], Facts]
    ideal: Callable[[Any], dict[str, float] | str]
    text: Callable[[Any], str]
    qubits: int | None = None
    most_shots: int | None = None
    plain: Callable[[Any], bool] = lambda _: False
    is_remote: bool = False
    notes: tuple[str, ...] = field(default=())


def refuse(options: Options, sdk: str, **possible: tuple[str, ...]) -> None:
    """Raises Failure for a value that the SDK cannot do."""
    for name, values in possible.items():
        asked = getattr(options, name)
        if asked not in values:
            raise Failure(f"{sdk} has no {name} {asked}", f"it does {' or '.join(values)}")
