"""Reading OpenQASM, and the exact distribution of what was read."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckp_quantum.angles import angle_of
from ckp_quantum.failure import Failure
from ckp_quantum.gates import GATES
from ckp_quantum.qasm import declared_qubits, read_qasm
from ckp_quantum.statevector import ideal_of

HEAD = 'OPENQASM 2.0;\ninclude "qelib1.inc";\n'


def ideal(text: str) -> Any:

    return ideal_of(read_qasm(text))


def test_every_gate_is_unitary() -> None:

    for name, (angles, qubits, matrix) in GATES.items():
        found = matrix(*[0.3 + 0.4 * n for n in range(angles)])
        assert found.shape == (2**qubits, 2**qubits), name
        np.testing.assert_allclose(found @ found.conj().T, np.eye(2**qubits), atol=1e-12)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("ry(pi/3) q[0];", {"00": 0.75, "01": 0.25}),
        ("x q[0]; cx q[0],q[1];", {"11": 1}),
        ("x q[1]; cx q[0],q[1];", {"10": 1}),
        ("h q[0]; u1(pi) q[0]; h q[0];", {"01": 1}),
        ("u3(pi,0,pi) q[1];", {"10": 1}),
        ("x q[0]; swap q[0],q[1];", {"10": 1}),
        ("h q; h q;", {"00": 1}),
        ("sx q[0]; sx q[0];", {"01": 1}),
        ("u2(0,pi) q[0]; barrier q; h q[0];", {"00": 1}),
    ],
)
def test_by_hand(steps: str, expected: dict[str, float]) -> None:
    found = ideal(f"{HEAD}qreg q[2]; creg c[2]; {steps} measure q -> c;")
    assert found == pytest.approx(expected)


def test_gates_that_the_file_defines() -> None:
    text = "gate flip(a) x0,y0 { rx(2*a) x0; cx x0,y0; } "
    found = ideal(f"{HEAD}{text} qreg q[2]; creg c[2]; flip(pi/2) q[0],q[1]; measure q -> c;")
    assert found == pytest.approx({"11": 1})


def test_a_gate_that_contains_itself() -> None:

    text = f"{HEAD}gate f a {{ f a; }} qreg q[1]; creg c[1]; f q[0]; measure q -> c;"
    with pytest.raises(Failure, match="line 3"):
        ideal(text)


def test_bits_that_nothing_is_measured_into_are_0() -> None:
    found = ideal(f"{HEAD}qreg q[2]; creg c[3]; x q[1]; measure q[1] -> c[2];")
    assert found == pytest.approx({"100": 1})


def test_version_3() -> None:
    text = (
        'OPENQASM 3; include "stdgates.inc"; qubit[2] q; bit c; U(π, 0, π) q[1]; c = measure q[1];'
    )
    assert ideal(text) == pytest.approx({"1": 1})


@pytest.mark.parametrize(
    ("statement", "answer"),
    [
        ("if (c == 1) x q[0];", "'if' is for Qiskit's backends only"),
        ("reset q[0];", "'reset' is for Qiskit's"),
        ("measure q[0] -> c[0]; x q[0];", "qubit 0 is measured before"),
        ("h(1) q[0];", "gate h has 0 angles and 1 qubits, not 1 and 1"),
        ("qreg q[3];", "q is declared twice"),
        ("cx q[0];", "not 0 and 1"),
        ("???;", "no statement"),
    ],
)
def test_what_the_others_cannot_do(statement: str, answer: str) -> None:

    with pytest.raises(Failure, match=answer.replace("(", r"\(").replace("?", r"\?")):
        ideal(f"{HEAD}qreg q[2]; creg c[2]; {statement} measure q[1] -> c[1];")


@given(st.text(max_size=200))
def test_any_text_is_a_circuit_or_a_failure(text: str) -> None:

    for one in (text, f"{HEAD}qreg q[2]; creg c[2]; {text}; measure q -> c;"):
        declared_qubits(one)
        with suppress(Failure):
            assert read_qasm(one).qubits


@given(st.text(alphabet="0123456789.pi+-*/()^sincoe ", max_size=40))
def test_an_angle_is_a_finite_number_or_no_angle(text: str) -> None:

    with suppress(ValueError):
        assert math.isfinite(angle_of(text, {}))


@given(st.integers(1, 5), st.data())
def test_chances_are_1_together(qubits: int, data: Any) -> None:
    places = st.integers(0, qubits - 1)
    steps = data.draw(st.lists(st.tuples(st.sampled_from("hxstyz"), places), max_size=12))
    text = "".join(f"{name} q[{place}]; " for name, place in steps)
    found = ideal(f"{HEAD}qreg q[{qubits}]; creg c[{qubits}]; {text} measure q -> c;")
    assert sum(found.values()) == pytest.approx(1)
