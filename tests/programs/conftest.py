from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from programs.kit import Programs, copy_found


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compilers of this machine: looking for them takes longer than a test."""
    home = tmp_path_factory.mktemp("found")
    command = [sys.executable, "-m", "ck_core", "detect", "soft", "--tags=compiler"]
    environment = {**os.environ, "CKP_HOME": str(home)}
    subprocess.run(command, env=environment, check=False, capture_output=True)
    place = home / "repos" / "local" / "env"
    place.mkdir(parents=True, exist_ok=True)
    return place


@pytest.fixture(scope="session")
def with_timers(found: Path) -> Path:
    """The library of timers beside them, installed from its package."""
    home = found.parents[2]
    command = [sys.executable, "-m", "ck_core", "install", "package:lib-rtl-xopenme"]
    environment = {**os.environ, "CKP_HOME": str(home)}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return found


@pytest.fixture
def timed_programs(with_timers: Path, ckp_home: Path) -> Programs:
    copy_found(with_timers, ckp_home)
    return Programs(ckp_home)


@pytest.fixture
def programs(found: Path, ckp_home: Path) -> Programs:
    copy_found(found, ckp_home)
    return Programs(ckp_home)
