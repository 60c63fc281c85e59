"""What takes long to import is imported by those who need it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

NEVER = {"requests", "urllib3", "resolvelib", "archspec", "psutil", "rich", "jsonschema", "yaml"}
FOR_PROGRAMS = {"ck_core.pipeline", "ck_core.domain.package", "ck_core.domain.requirement"}


def imported(home: Path, *arguments: str) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-m", "ck_core", *arguments]
    environment = {**os.environ, "CKP_HOME": str(home)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    lines = (line.rpartition("|") for line in done.stderr.splitlines())
    return {name.strip() for _, bar, name in lines if bar}


@pytest.mark.parametrize("arguments", [("--version",), ("run", "--help"), ("ls", "program")])
def test_little_is_imported(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    found = imported(tmp_path, *arguments)
    assert "ck_core.cli.main" in found
    assert not found & (NEVER | FOR_PROGRAMS)
