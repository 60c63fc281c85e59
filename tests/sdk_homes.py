"""A CKP_HOME into which ckp installs real frameworks and SDKs once, for all tests of a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class SdkHome:
    """Attributes: probe: a package that an index which answers has."""

    home: Path
    probe: str

    def ckp(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ck_core", *arguments],
            capture_output=True,
            text=True,
            timeout=3000,
            check=False,
            env={**os.environ, "CKP_HOME": str(self.home)},
        )

    def installed(self, tags: str) -> dict[str, str]:
        """Variables of what has the tags; the test is skipped where it cannot be had here."""
        if not self.registered(tags):
            self._install(tags)
        environment: dict[str, str] = self.registered(tags)[-1]["environment"]
        return environment

    def registered(self, tags: str) -> list[Any]:
        shown = self.ckp("show", "env", f"--tags={tags}", "--json")
        return json.loads(shown.stdout) if shown.returncode == 0 else []

    def _install(self, tags: str) -> None:
        if not index_has(self.probe):
            pytest.skip("pip's index cannot be reached")
        done = self.ckp("install", "package", f"--tags={tags}")
        if "Python" in done.stderr and "which nothing here meets" in done.stderr:
            pytest.skip("no Python is here that it has wheels for")
        assert done.returncode == 0, done.stderr


@cache
def index_has(package: str) -> bool:
    command = [sys.executable, "-m", "pip", "index", "versions", package]
    return subprocess.run(command, capture_output=True, timeout=300, check=False).returncode == 0


def home_for_all(factory: pytest.TempPathFactory, variable: str, name: str) -> Path:
    """What the variable names; else one that all workers of a run share, and that goes with it."""
    if given := os.environ.get(variable):
        return Path(given)
    base = factory.getbasetemp()
    return (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
