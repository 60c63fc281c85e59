"""Which operator a framework complains of, in its own words."""

from __future__ import annotations

import re

_COMPLAINTS = (
    r"unresolved custom op: (\w+)",  # TensorFlow Lite
    r"Didn't find op for builtin opcode '(\w+)'",  # likewise, of a newer version of a known one
    r"No Op registered for (\w+)",  # ONNX Runtime
    r"Could not find an implementation for (\w+)",  # likewise, on the CPU
    r"No conversion rule found for operations: ([\w:]+)",  # OpenVINO
    r"Op type not registered '(\w+)'",  # TensorFlow
    r"Unknown builtin op: ([\w:]+)",  # PyTorch
    r"[Oo]perator (\w+) is not (?:registered|supported)",  # MXNet
    r"Operator not supported.*opcode:\s*\d* / (\w+)",  # Arm NN
)


def missing_operator(complaint: str) -> str:
    """Its name; empty where the complaint is of something else."""
    found = (re.search(one, complaint) for one in _COMPLAINTS)
    return next((match[1] for match in found if match), "")
