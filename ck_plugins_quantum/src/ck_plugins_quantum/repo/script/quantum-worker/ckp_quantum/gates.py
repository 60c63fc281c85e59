"""The gates that OpenQASM 2's ``qelib1.inc`` and OpenQASM 3's ``stdgates.inc`` have, as matrices.

The first qubit is the most significant: ``cx`` is control, target.
"""

from __future__ import annotations

from cmath import exp
from collections.abc import Callable, Mapping
from math import cos, pi, sin, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Matrix = Callable[..., "NDArray[Any]"]


def u(theta: float, phi: float, lam: float) -> NDArray[Any]:
    """Source: A. Cross and others, Open Quantum Assembly Language, 2017; phase as in version 3."""
    c, s = cos(theta / 2), sin(theta / 2)
    return np.array([[c, -exp(1j * lam) * s], [exp(1j * phi) * s, exp(1j * (phi + lam)) * c]])


def _fixed(*rows: tuple[complex, ...]) -> Matrix:
    return lambda: np.array(rows, complex)


def p(angle: float) -> NDArray[Any]:
    return np.diag([1, exp(1j * angle)])


def rz(angle: float) -> NDArray[Any]:
    return np.diag([exp(-0.5j * angle), exp(0.5j * angle)])


def rx(angle: float) -> NDArray[Any]:
    return u(angle, -pi / 2, pi / 2)


def ry(angle: float) -> NDArray[Any]:
    return u(angle, 0, 0)


def controlled(inner: Matrix, controls: int = 1) -> Matrix:
    def matrix(*angles: float) -> NDArray[Any]:
        target = inner(*angles)
        whole = np.eye(len(target) << controls, dtype=complex)
        whole[-len(target) :, -len(target) :] = target
        return whole

    return matrix


def _rzz(angle: float) -> NDArray[Any]:
    low, high = exp(-0.5j * angle), exp(0.5j * angle)
    return np.diag([low, high, high, low])


def _rxx(angle: float) -> NDArray[Any]:
    flips = np.fliplr(np.eye(4))
    return cos(angle / 2) * np.eye(4) - 1j * sin(angle / 2) * flips


X = _fixed((0, 1), (1, 0))
SWAP = _fixed((1, 0, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0), (0, 0, 0, 1))
H = _fixed((1 / sqrt(2), 1 / sqrt(2)), (1 / sqrt(2), -1 / sqrt(2)))
GATES: Mapping[str, tuple[int, int, Matrix]] = {
    "id": (0, 1, _fixed((1, 0), (0, 1))),
    "h": (0, 1, H),
    "x": (0, 1, X),
    "y": (0, 1, _fixed((0, -1j), (1j, 0))),
    "z": (0, 1, _fixed((1, 0), (0, -1))),
    "s": (0, 1, lambda: p(pi / 2)),
    "sdg": (0, 1, lambda: p(-pi / 2)),
    "t": (0, 1, lambda: p(pi / 4)),
    "tdg": (0, 1, lambda: p(-pi / 4)),
    "sx": (0, 1, _fixed((0.5 + 0.5j, 0.5 - 0.5j), (0.5 - 0.5j, 0.5 + 0.5j))),
    "rx": (1, 1, rx),
    "ry": (1, 1, ry),
    "rz": (1, 1, rz),
    "p": (1, 1, p),
    "u1": (1, 1, p),
    "phase": (1, 1, p),
    "u2": (2, 1, lambda phi, lam: u(pi / 2, phi, lam)),
    "u3": (3, 1, u),
    "u": (3, 1, u),
    "U": (3, 1, u),
    "cx": (0, 2, controlled(X)),
    "CX": (0, 2, controlled(X)),
    "cy": (0, 2, controlled(_fixed((0, -1j), (1j, 0)))),
    "cz": (0, 2, controlled(_fixed((1, 0), (0, -1)))),
    "ch": (0, 2, controlled(H)),
    "cp": (1, 2, controlled(p)),
    "cu1": (1, 2, controlled(p)),
    "cphase": (1, 2, controlled(p)),
    "crx": (1, 2, controlled(rx)),
    "cry": (1, 2, controlled(ry)),
    "crz": (1, 2, controlled(rz)),
    "cu3": (3, 2, controlled(u)),
    "swap": (0, 2, SWAP),
    "rzz": (1, 2, _rzz),
    "rxx": (1, 2, _rxx),
    "ccx": (0, 3, controlled(X, 2)),
    "ccz": (0, 3, controlled(_fixed((1, 0), (0, -1)), 2)),
    "cswap": (0, 3, controlled(SWAP)),
}
"""By name: how many angles, how many qubits, the matrix."""
