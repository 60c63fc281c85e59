"""A device as circuits meet it: checked, transpiled, run, with times and counts added up."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ckp_quantum.adapter import Device, Facts
from ckp_quantum.failure import Failure
from ckp_quantum.memory import check_memory
from ckp_quantum.qasm import declared_qubits, is_qasm
from ckp_quantum.settings import Settings

_REASONABLE = 10_000
"""Qubits; Qiskit would make objects for any number that a text declares."""


@dataclass
class Machine:
    """What a solver is given: ``counts`` is all that it needs.

    Attributes:
        transpile_ns, run_ns, circuits, shots: of everything that was run.
        largest: facts of the circuit with most gates of two qubits.
    """

    device: Device
    name: str
    settings: Settings
    seed: int = 1
    transpile_ns: int = 0
    run_ns: int = 0
    circuits: int = 0
    shots: int = 0
    largest: Facts | None = None
    _turn: int = field(default=0, repr=False)

    def counts(self, circuits: Sequence[Any], shots: int = 0) -> list[dict[str, int]]:
        """Counts by outcome (the last bit first) of each circuit, or OpenQASM text.

        Raises:
            Failure: one is no circuit, or more than the backend or memory holds.
        """
        return self.run([self.circuit(one) for one in circuits], shots)

    def circuit(self, given: Any) -> Any:
        """Of this SDK; raises Failure."""
        own = self._own(given)
        width = self.device.width(own)
        if self.device.qubits is not None and width > self.device.qubits:
            raise self._too_wide(width)
        if not self.device.measures(own):
            raise Failure("the circuit measures nothing", "measure what you would know, at its end")
        if self.device.qubits is None and not self.device.plain(own):
            check_memory(width)
        return own

    def next_try(self, seed: int) -> None:
        """The same seed gives the same counts."""
        self.seed, self._turn = seed, 0

    def run(self, circuits: Sequence[Any], shots: int = 0) -> list[dict[str, int]]:
        """Of what ``circuit`` has answered; transpiling and running are timed apart."""
        shots = shots or self.settings.shots
        if self.device.most_shots is not None and shots > self.device.most_shots:
            raise Failure(f"{self.name} takes {self.device.most_shots} shots at most, not {shots}")
        began = time.perf_counter_ns()
        compiled = self.device.compile(circuits)
        self.transpile_ns += time.perf_counter_ns() - began
        self._turn += 1
        began = time.perf_counter_ns()
        found = self.device.run(compiled, shots, _seed(self.seed, self._turn))
        self.run_ns += time.perf_counter_ns() - began
        self._add(compiled, shots)
        return found

    def _own(self, given: Any) -> Any:
        if isinstance(given, str):
            return self._read(given)
        kind = type(given).__name__
        if not self.device.is_own(given):
            raise Failure(
                f"the program returns a {kind}, which is no circuit of {self.device.sdk}",
                "return such a circuit, or OpenQASM as a text",
            )
        return given

    def _read(self, text: str) -> Any:
        if not is_qasm(text):
            raise Failure(
                "the program gives a text that does not begin with OPENQASM 2.0 or 3.0",
                "its first statement says the version",
            )
        wide = declared_qubits(text)
        if self.device.qubits is not None and wide > self.device.qubits:
            raise self._too_wide(wide)
        if wide > _REASONABLE:
            check_memory(wide)
        return self.device.read(text)

    def _too_wide(self, width: int) -> Failure:
        return Failure(
            f"the circuit has {width} qubits, and backend {self.name} has {self.device.qubits}",
            "take fewer, or another backend",
        )

    def _add(self, compiled: Sequence[Any], shots: int) -> None:
        self.circuits += len(compiled)
        self.shots += shots * len(compiled)
        known = [self.device.facts(one) for one in compiled]
        known += [self.largest] if self.largest else []
        self.largest = max(known, key=lambda one: (one.two_qubit_gates, one.gates), default=None)


def _seed(seed: int, turn: int) -> int:
    """Another one for each run of a try."""
    return (seed + (turn - 1) * 104_729) % (1 << 31)
