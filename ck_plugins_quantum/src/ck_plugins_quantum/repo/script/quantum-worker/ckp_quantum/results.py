"""``counts.json``, ``solution.json`` and ``timings.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ckp_quantum.failure import Failure
from ckp_quantum.importing import import_ns
from ckp_quantum.machine import Machine
from ckp_quantum.secrets import without_secrets
from ckp_quantum.settings import Settings

SCHEMA = 1


def timings(settings: Settings, machine: Machine, source: str) -> dict[str, Any]:
    """What was run and how long it took; times in nanoseconds."""
    facts = machine.largest
    return {
        "schema": SCHEMA,
        "sdk": settings.sdk,
        "version": machine.device.version,
        "backend": machine.name,
        "program": source,
        "seed": settings.seed,
        "level": settings.level,
        "layout": settings.layout,
        "routing": settings.routing,
        "circuits": machine.circuits,
        "shots": machine.shots,
        "import_ns": import_ns(),
        "transpile_ns": machine.transpile_ns,
        "run_ns": machine.run_ns,
        "qubits": facts.qubits if facts else 0,
        "depth": facts.depth if facts else 0,
        "gates": facts.gates if facts else 0,
        "two_qubit_gates": facts.two_qubit_gates if facts else 0,
        "notes": list(machine.device.notes),
    }


def write(name: str, values: dict[str, Any]) -> None:
    """Whole or not at all; raises Failure for what is no JSON."""
    partial = Path(f"{name}.part")
    try:
        text = json.dumps(values, separators=(",", ":"), allow_nan=False, default=_plain)
    except (TypeError, ValueError) as error:
        raise Failure(
            f"{name} cannot be written: {error}", "return numbers, texts and lists"
        ) from None
    partial.write_text(without_secrets(text), encoding="utf-8")
    partial.replace(name)


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"a {type(value).__name__} is no JSON")
