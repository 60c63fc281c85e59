"""What all of Qiskit's backends share: reading, transpiling, running, the exact distribution."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from ckp_quantum.adapter import Device, Facts, Options
from ckp_quantum.failure import Failure
from ckp_quantum.importing import sdk, told_apart
from ckp_quantum.statevector import MOST_QUBITS, distribution

CLIFFORD = frozenset(
    [
        "h",
        "x",
        "y",
        "z",
        "s",
        "sdg",
        "sx",
        "sxdg",
        "cx",
        "cy",
        "cz",
        "swap",
        "id",
        "barrier",
        "measure",
        "reset",
        "delay",
    ]
)
_NO_GATES = frozenset({"barrier", "delay"})
_QASM3 = "OPENQASM 3"


def device(options: Options, backend: Any, **changes: Any) -> Device:
    """Of anything with ``run``, which Qiskit can transpile for."""
    qiskit = sdk("qiskit")
    passes = passes_for(backend, options)
    _rehearse(qiskit, passes)
    given: dict[str, Any] = {
        "compile": lambda circuits: transpiled(circuits, passes, options),
        "run": lambda circuits, shots, seed: run(backend, circuits, shots, seed),
        "qubits": backend.num_qubits,
        **changes,
    }
    return Device(
        sdk="qiskit",
        version=qiskit.__version__,
        is_own=lambda one: isinstance(one, qiskit.QuantumCircuit),
        read=read,
        width=lambda circuit: circuit.num_qubits,
        measures=measures,
        facts=facts,
        ideal=ideal,
        text=text,
        **given,
    )


def _rehearse(qiskit: Any, passes: Any) -> None:
    """Qiskit imports what its transpiler needs when it is first used: that is no transpiling."""
    one = qiskit.QuantumCircuit(1, 1)
    one.h(0)
    one.measure(0, 0)
    with told_apart(), suppress(Exception):  # what is wrong the circuit itself will tell
        passes.run(one)


def read(words: str) -> Any:
    """Raises Failure with the place that Qiskit complains of."""
    is_new = _QASM3 in words[:4096] and "OPENQASM 2" not in words[:4096]
    module = sdk("qiskit.qasm3" if is_new else "qiskit.qasm2")
    try:
        if is_new:
            return module.loads(words)
        return module.loads(words, custom_instructions=module.LEGACY_CUSTOM_INSTRUCTIONS)
    except ImportError as error:
        raise Failure(
            f"Qiskit reads no OpenQASM 3 here: {error}", "pip install qiskit-qasm3-import"
        ) from None
    except Exception as error:  # noqa: BLE001  # of several libraries
        raise Failure(f"the OpenQASM is wrong: {_place(str(error))}") from None


def _place(text: str) -> str:
    """``<input>:3,0: 'foo' is not defined`` is for people ``line 3: ...``."""
    head, _, rest = text.strip("\"' ").partition(":")
    if head == "<input>":
        head, _, rest = rest.partition(":")
    line = head.partition(",")[0]
    return f"line {line}:{rest}" if line.isdecimal() else text


def transpiled(circuits: Sequence[Any], passes: Any, options: Options) -> Sequence[Any]:
    """Raises Failure where they do not fit onto the backend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return list(passes.run(list(circuits)))
        except Exception as error:  # of several of its stages
            raise _untranspiled(error, options) from error


def passes_for(backend: Any, options: Options) -> Any:
    """Made once: a variational program transpiles hundreds of circuits for one backend.

    Raises:
        Failure: there is no such layout or routing here.
    """
    generate = sdk("qiskit.transpiler").generate_preset_pass_manager
    given = {
        "optimization_level": "" if options.level == "default" else int(options.level),
        "layout_method": "" if options.layout == "default" else options.layout,
        "routing_method": "" if options.routing == "default" else options.routing,
    }
    asked = {name: value for name, value in given.items() if value != ""}
    if "optimization_level" not in asked:
        asked["optimization_level"] = 2  # Qiskit's own default since 1.3
    with warnings.catch_warnings(), told_apart():
        warnings.simplefilter("ignore")
        try:
            return generate(backend=backend, seed_transpiler=options.seed, **asked)
        except Exception as error:  # of several of its stages
            raise _untranspiled(error, options) from error


def _untranspiled(error: Exception, options: Options) -> Failure:
    if isinstance(error, MemoryError):
        raise error
    hint = (
        "leave --layout and --routing out"
        if (options.layout, options.routing) != ("default",) * 2
        else ""
    )
    return Failure(
        f"Qiskit cannot transpile for {options.backend}: {str(error) or type(error).__name__}", hint
    )


def run(backend: Any, circuits: Sequence[Any], shots: int, seed: int) -> list[dict[str, int]]:
    """Raises Failure."""
    result = backend.run(list(circuits), shots=shots, seed_simulator=seed).result()
    if not result.success:
        words = [getattr(one, "status", "") for one in result.results] or [result.status]
        raise Failure(f"the simulator fails: {'; '.join(map(str, dict.fromkeys(words)))}")
    return [plain(result.get_counts(place)) for place in range(len(circuits))]


def plain(counts: dict[str, int]) -> dict[str, int]:
    """Without the spaces between registers."""
    return {word.replace(" ", ""): int(count) for word, count in counts.items()}


def measures(circuit: Any) -> int:
    used = {bit for one in circuit.data if one.operation.name == "measure" for bit in one.clbits}
    inner = any(getattr(one.operation, "blocks", ()) for one in circuit.data)
    return circuit.num_clbits if used or inner else 0


def facts(circuit: Any) -> Facts:
    steps = [one for one in circuit.data if one.operation.name not in _NO_GATES]
    gates = [one for one in steps if one.operation.name != "measure"]
    used = {qubit for one in steps for qubit in one.qubits}
    return Facts(
        qubits=len(used),
        depth=circuit.depth(lambda one: one.operation.name not in _NO_GATES),
        gates=len(gates),
        two_qubit_gates=sum(len(one.qubits) == 2 for one in gates),
    )


def is_clifford(circuit: Any) -> bool:
    return all(one.operation.name in CLIFFORD for one in circuit.data)


def text(circuit: Any) -> str:
    """Empty for what Qiskit cannot write."""
    try:
        return str(sdk("qiskit.qasm3").dumps(circuit))
    except Exception:  # noqa: BLE001  # gates of somebody else's, for one
        return ""


def ideal(circuit: Any) -> dict[str, float] | str:
    """By Qiskit's own state vector, where everything is measured at the end."""
    if circuit.num_qubits > MOST_QUBITS:
        return f"more than {MOST_QUBITS} qubits"
    bare = circuit.copy_empty_like()
    measured: dict[Any, int] = {}
    places = {bit: place for place, bit in enumerate(circuit.clbits)}
    for one in circuit.data:
        again = {*one.qubits} & measured.keys()
        if one.operation.name == "measure" and not again and not _is_conditional(one):
            measured[one.qubits[0]] = places[one.clbits[0]]
        elif one.operation.name in _NO_GATES:
            continue
        elif again or one.clbits or one.operation.name == "reset" or _is_conditional(one):
            return "it goes on behind a measurement"
        else:
            bare.append(one.operation, one.qubits)
    return _distribution(bare, {circuit.find_bit(q).index: bit for q, bit in measured.items()})


def _is_conditional(one: Any) -> bool:
    """By ``c_if`` of Qiskit 1, which is none of a step's bits."""
    return getattr(one.operation, "condition", None) is not None


def _distribution(bare: Any, measured: dict[int, int]) -> dict[str, float] | str:
    state = sdk("qiskit.quantum_info").Statevector(bare)
    shape = (2,) * bare.num_qubits
    chances = np.abs(np.asarray(state.data)) ** 2
    axes = chances.reshape(shape).transpose(range(bare.num_qubits)[::-1])  # Qiskit's first is last
    found = distribution(axes, tuple(measured.items()), bare.num_clbits)
    return "too many outcomes are possible" if found is None else found
