"""Pins of the SDKs' environments: ``python quantum_pins.py REPOSITORY [PACKAGE ...]``.

As ``ck_plugins_ml/generators/pins.py`` does it, which says what it needs.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "ck_plugins_ml" / "generators"))

from pins import Wanted, pin

NEWER = ("3.11", "3.12", "3.13")
QISKIT = "qiskit-qasm3-import"
"""Without it Qiskit reads no OpenQASM 3."""
PACKAGES = {
    "qiskit-2.6.2": Wanted(
        ("qiskit==2.6.2", "qiskit-aer==0.18.2", "qiskit-ibm-runtime==0.51.0", QISKIT),
        pythons=NEWER,
    ),
    "qiskit-1.4.6": Wanted(("qiskit==1.4.6", "qiskit-aer==0.17.2", "qiskit-ibm-runtime", QISKIT)),
    "cirq-1.7.0": Wanted(("cirq-core==1.7.0",), pythons=NEWER),
    "pennylane-0.45.1": Wanted(("pennylane==0.45.1",), pythons=NEWER),
    "pyquil-4.17.0": Wanted(("pyquil==4.17.0",), pythons=("3.10", "3.11", "3.12"), built=("rpcq",)),
}

if __name__ == "__main__":
    for chosen in sys.argv[2:] or PACKAGES:
        pin(pathlib.Path(sys.argv[1]), chosen, PACKAGES[chosen])
