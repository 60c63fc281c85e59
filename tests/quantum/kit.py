"""What the worker finds in its variables, and what it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
REPOSITORY = ROOT / "ck_plugins_quantum/src/ck_plugins_quantum/repo"
WORKER = REPOSITORY / "script/quantum-worker/quantum_worker.py"
CIRCUITS = REPOSITORY / "program/quantum-circuits/circuits.py"
FAKES = Path(__file__).parent / "fakes" / "site-packages"
BELL = """OPENQASM 2.0;
include "qelib1.inc";
qreg q[2];
creg c[2];
h q[0];
cx q[0],q[1];
measure q -> c;
"""


@dataclass
class Work:
    """One run of the worker in a directory of its own."""

    directory: Path
    home: Path
    python: str = sys.executable
    variables: dict[str, str] = field(default_factory=lambda: {"CKP_QUANTUM_SDK": "qiskit"})

    def program(self, text: str, name: str = "program.py", function: str = "circuit") -> None:
        file = self.directory / name
        file.write_text(text, encoding="utf-8")
        self.variables |= {"CKP_QUANTUM_PROGRAM": str(file), "CKP_QUANTUM_FUNCTION": function}

    def command(self) -> list[str]:
        return [self.python, "-I", str(WORKER)]

    def environment(self, **variables: object) -> dict[str, str]:
        given = {name: str(value) for name, value in variables.items()}
        found = {} if self.python != sys.executable else {"CKP_QUANTUM_FILE": self.module}
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            **found,
            **self.variables,
            **given,
        }

    @property
    def module(self) -> str:
        return str(FAKES / "qiskit" / "__init__.py")

    def run(self, **variables: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(),
            cwd=self.directory,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def done(self, **variables: object) -> Work:
        """It must succeed."""
        result = self.run(**variables)
        assert result.returncode == 0, result.stderr
        return self

    def refused(self, **variables: object) -> str:
        """It must fail with one line, which is returned."""
        result = self.run(**variables)
        assert result.returncode == 3, result.stderr
        lines = [one for one in result.stderr.splitlines() if one.startswith("ckp-quantum: ")]
        assert len(lines) == 1, result.stderr
        assert "Traceback" not in result.stderr
        assert not (self.directory / "timings.json").exists()
        return lines[0].removeprefix("ckp-quantum: ")

    def told(self, name: str) -> Any:
        return json.loads((self.directory / f"{name}.json").read_text(encoding="utf-8"))
