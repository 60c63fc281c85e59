"""Small circuits of textbooks as OpenQASM 2, which every backend reads.

Source: M. A. Nielsen and I. L. Chuang, Quantum Computation and Quantum Information, chapters 1, 5
and 6. ``NAME_success`` says which outcomes are right; the first qubit is the last letter of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import pi


def coin_flip() -> str:
    return program(1, 1, ["h q[0]"], [(0, 0)])


def bell() -> str:
    return ghz(2)


def bell_success() -> list[str]:
    return ghz_success(2)


def ghz(qubits: int = 3) -> str:
    chain = [f"cx q[{one}],q[{one + 1}]" for one in range(at_least(qubits, 2) - 1)]
    return program(qubits, qubits, ["h q[0]", *chain], every(qubits))


def ghz_success(qubits: int = 3) -> list[str]:
    return ["0" * qubits, "1" * qubits]


def teleportation(angle: float = 1.0) -> str:
    """Measurements are deferred: their controls are quantum ones. Undone at its place, it is 0."""
    prepared = [f"ry({angle!r}) q[0]"]
    pair = ["h q[1]", "cx q[1],q[2]"]
    sent = ["cx q[0],q[1]", "h q[0]", "cx q[1],q[2]", "cz q[0],q[2]"]
    return program(3, 1, [*prepared, *pair, *sent, f"ry({-angle!r}) q[2]"], [(2, 0)])


def teleportation_success() -> list[str]:
    return ["0"]


def deutsch_jozsa(qubits: int = 4, oracle: str = "balanced") -> str:
    """The balanced one is the parity of all inputs."""
    inputs, helper = range(at_least(qubits, 1)), qubits
    if oracle not in ("balanced", "constant"):
        raise ValueError(f"the oracle is balanced or constant, not {oracle!r}")
    asked = [f"cx q[{one}],q[{helper}]" for one in inputs] if oracle == "balanced" else []
    spread = [f"h q[{one}]" for one in inputs]
    steps = [f"x q[{helper}]", f"h q[{helper}]", *spread, *asked, *spread]
    return program(qubits + 1, qubits, steps, [(one, one) for one in inputs])


def deutsch_jozsa_success(qubits: int = 4, oracle: str = "balanced") -> list[str]:
    return [("1" if oracle == "balanced" else "0") * qubits]


def grover(qubits: int = 3, marked: str = "", rounds: int = 0) -> str:
    """Helpers make a phase of many controls out of Toffoli gates.

    Args:
        marked: what is searched for; all ones where it is empty.
        rounds: 0: the best number, about pi / 4 * sqrt(2 ** qubits).
    """
    word = grover_success(at_least(qubits, 2), marked)[0]
    inputs = range(qubits)
    spread = [f"h q[{one}]" for one in inputs]
    unmarked = [f"x q[{one}]" for one in inputs if word[qubits - 1 - one] == "0"]
    flips = [f"x q[{one}]" for one in inputs]
    phase = controlled_phase(qubits)
    turn = [*unmarked, *phase, *unmarked, *spread, *flips, *phase, *flips, *spread]
    times = rounds or max(1, int(pi / 4 * 2 ** (qubits / 2)))
    total = qubits + max(0, qubits - 3)
    return program(total, qubits, [*spread, *turn * times], [(one, one) for one in inputs])


def grover_success(qubits: int = 3, marked: str = "") -> list[str]:
    word = marked or "1" * qubits
    if len(word) != qubits or not set(word) <= {"0", "1"}:
        raise ValueError(f"marked is a word of {qubits} zeros and ones, not {word!r}")
    return [word]


def controlled_phase(qubits: int) -> list[str]:
    """-1 where all are 1."""
    if qubits == 2:
        return ["cz q[0],q[1]"]
    last = qubits - 1
    if qubits == 3:
        return [f"h q[{last}]", "ccx q[0],q[1],q[2]", f"h q[{last}]"]
    ladder = [f"ccx q[0],q[1],q[{qubits}]"]
    for one in range(2, qubits - 2):
        ladder.append(f"ccx q[{one}],q[{qubits + one - 2}],q[{qubits + one - 1}]")
    top = f"ccx q[{qubits - 2}],q[{2 * qubits - 4}],q[{last}]"
    return [*ladder, f"h q[{last}]", top, f"h q[{last}]", *ladder[::-1]]


def qft(qubits: int = 3, number: int = 5) -> str:
    """Phases that the transform of a number would have are prepared, and transformed back."""
    spread = [f"h q[{one}]" for one in range(at_least(qubits, 1))]
    turns = [f"u1({2 * pi * number * 2**one / 2**qubits!r}) q[{one}]" for one in range(qubits)]
    return program(qubits, qubits, [*spread, *turns, *back(range(qubits))], every(qubits))


def qft_success(qubits: int = 3, number: int = 5) -> list[str]:
    return [f"{number % 2**qubits:0{qubits}b}"]


def phase_estimation(qubits: int = 4, phase: float = 0.3125) -> str:
    """Of ``u1(2 pi phase)``, to so many bits."""
    counting, one_state = range(at_least(qubits, 1)), qubits
    spread = [f"h q[{one}]" for one in counting]
    turns = [f"cu1({2 * pi * phase * 2**one!r}) q[{one}],q[{one_state}]" for one in counting]
    steps = [f"x q[{one_state}]", *spread, *turns, *back(counting)]
    return program(qubits + 1, qubits, steps, [(one, one) for one in counting])


def phase_estimation_success(qubits: int = 4, phase: float = 0.3125) -> list[str]:
    """The nearest number of so many bits."""
    return [f"{round(phase * 2**qubits) % 2**qubits:0{qubits}b}"]


def back(qubits: range) -> list[str]:
    """The inverse Fourier transform; its first qubit is the least significant."""
    count = len(qubits)
    steps = [f"swap q[{one}],q[{count - 1 - one}]" for one in range(count // 2)]
    for one in qubits:
        turned = [f"cu1({-pi / 2 ** (one - other)!r}) q[{other}],q[{one}]" for other in range(one)]
        steps += [*turned, f"h q[{one}]"]
    return steps


def every(count: int) -> list[tuple[int, int]]:
    return [(one, one) for one in range(count)]


def at_least(qubits: int, least: int) -> int:
    if qubits < least:
        raise ValueError(f"it takes {least} qubits or more, not {qubits}")
    return qubits


def program(
    qubits: int, bits: int, steps: Iterable[str], measured: Iterable[tuple[int, int]]
) -> str:
    """OpenQASM of gates and of qubits that go into bits at the end."""
    head = ["OPENQASM 2.0", 'include "qelib1.inc"', f"qreg q[{qubits}]", f"creg c[{bits}]"]
    ends = [f"measure q[{qubit}] -> c[{bit}]" for qubit, bit in measured]
    return ";\n".join([*head, *steps, *ends]) + ";\n"
