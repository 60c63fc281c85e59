"""Stand-ins for tools that a test machine does not have."""

from __future__ import annotations

import shlex
from pathlib import Path


def write_executable(directory: Path, name: str, script: str) -> Path:
    """A shell script that tests put on PATH; the directory is made where it is missing."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def printing(text: str, *, status: int = 0) -> str:
    """The script of a tool that prints a recorded text, whatever it is asked."""
    return f"printf '%s\\n' {shlex.quote(text)}\nexit {status}"
