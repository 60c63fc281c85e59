"""Qiskit Aer: ``aer``, or with the noise of a machine: ``aer:noise=fake_manila``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ckp_quantum.adapter import Device, Options
from ckp_quantum.adapters import _qiskit
from ckp_quantum.adapters.fake import fake_backend
from ckp_quantum.failure import Failure
from ckp_quantum.importing import sdk

_NOISE = "noise="


def load(options: Options) -> Device:
    simulator = _simulator(options)
    if options.detail:
        return _qiskit.device(options, simulator)
    wide = _Wide(options, simulator)
    return _qiskit.device(
        options,
        simulator,
        qubits=None,
        plain=_qiskit.is_clifford,
        compile=wide.compile,
        run=wide.run,
    )


class _Wide:
    """Circuits of Clifford gates alone may be wider than a state vector: stabilizers do them."""

    def __init__(self, options: Options, simulator: Any) -> None:
        self.options, self.usual = options, simulator
        self.passes = _qiskit.passes_for(simulator, options)

    def compile(self, circuits: Sequence[Any]) -> Sequence[Any]:
        passes = self.passes
        if self._is_wide(circuits):
            passes = _qiskit.passes_for(self._stabilizers(), self.options)
        return _qiskit.transpiled(circuits, passes, self.options)

    def run(self, circuits: Sequence[Any], shots: int, seed: int) -> list[dict[str, int]]:
        backend = self._stabilizers() if self._is_wide(circuits) else self.usual
        return _qiskit.run(backend, circuits, shots, seed)

    def _is_wide(self, circuits: Sequence[Any]) -> bool:
        wide = any(one.num_qubits > self.usual.num_qubits for one in circuits)
        return wide and all(map(_qiskit.is_clifford, circuits))

    def _stabilizers(self) -> Any:
        return sdk("qiskit_aer").AerSimulator(method="stabilizer")


def _simulator(options: Options) -> Any:
    aer = sdk("qiskit_aer")
    if not options.detail:
        return aer.AerSimulator()
    name = options.detail.removeprefix(_NOISE).removeprefix("fake_").removeprefix("fake:")
    if not options.detail.startswith(_NOISE) or not name:
        hint = "aer, or aer:noise=fake_NAME, for example aer:noise=fake_manila"
        raise Failure(f"there is no backend {options.backend!r}", hint)
    return aer.AerSimulator.from_backend(fake_backend(name))
