"""Whether memory holds a state, said before it is tried."""

from __future__ import annotations

import os

from ckp_quantum.failure import Failure

_AMPLITUDE = 16  # bytes: two doubles
_SAFE = 62  # qubits, above which no number of bytes makes sense


def check_memory(qubits: int) -> None:
    """Raises Failure where ``2 ** qubits`` amplitudes are more than is free now."""
    free = available_bytes()
    if free is None or (qubits <= _SAFE and _AMPLITUDE << qubits <= free):
        return
    most = max(free // _AMPLITUDE, 1).bit_length() - 1
    raise Failure(
        f"{qubits} qubits need a state of 2^{qubits} amplitudes, {_bytes(qubits)}; "
        f"{free / 2**30:.1f} GiB are free",
        f"take {most} qubits or fewer",
    )


def available_bytes() -> int | None:
    """None where the system does not tell; ``CKP_QUANTUM_MEMORY`` (bytes) says less."""
    told = os.environ.get("CKP_QUANTUM_MEMORY", "")
    if told.isdecimal():
        return int(told)
    try:
        with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123
            lines = dict(line.split(":", 1) for line in file)
        return int(lines["MemAvailable"].split()[0]) << 10
    except (OSError, KeyError, ValueError):
        return None


def _bytes(qubits: int) -> str:
    return f"{(_AMPLITUDE << qubits) / 2**30:.3g} GiB" if qubits < 1000 else "beyond all measure"
