"""What a repetition of the quantum worker leaves, and what the hook makes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ck_core.domain.metric import Metric
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_plugins_quantum.metrics.plugin import postprocess

SDK: Mapping[str, str] = {"CKP_QUANTUM_SDK": "abacus"}


def timings(**changes: Any) -> dict[str, Any]:
    """A hundred shots in a second."""
    names = ["circuits", "depth", "gates", "two_qubit_gates", "qubits"]
    values: dict[str, Any] = {"schema": 1, "seed": 1, "shots": 100, **dict.fromkeys(names, 2)}
    return {**values, "transpile_ns": 5_000_000, "run_ns": 1_000_000_000, **changes}


def sample(**changes: Any) -> dict[str, Any]:
    """Sixty and forty of what should be fifty each."""
    values = {
        "schema": 1,
        "shots": 100,
        "seed": 1,
        "counts": {"00": 60, "11": 40},
        "ideal": {"00": 0.5, "11": 0.5},
        "ideal_reason": "",
        "success": ["11"],
        "probability": 0.9,
    }
    return {**values, **changes}


def attempt(**changes: Any) -> dict[str, Any]:
    return {"seed": 1, "wall_ns": 2_000_000_000, "shots": 100, "circuits": 4, **changes}


def solution(*tries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    values = {"schema": 1, "exact": -1.1, "delta": 0.15, "probability": 0.9, "accuracy": 0.8}
    return {**values, "tries": list(tries), **changes}


def repetition(directory: Path, **files: Any) -> Repetition:
    """Files by their names without ``.json``, as objects or texts."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, one in files.items():
        text = one if isinstance(one, str) else json.dumps(one)
        (directory / f"{name}.json").write_text(text, encoding="utf-8")
    return Repetition(wall_s=1.0, exit_status=0, timed_out=False, directory=directory)


def judged(*repetitions: Repetition, environment: Mapping[str, str] = SDK) -> Mapping[str, Metric]:
    request = RunRequest(
        arguments=("true",), environment=environment, directory=repetitions[0].directory.parent
    )
    return postprocess(request=request, result=RunResult(repetitions=repetitions))
