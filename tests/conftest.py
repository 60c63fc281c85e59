"""What every test gets: a home of its own, and components made in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Ckp = Callable[..., "subprocess.CompletedProcess[str]"]
AddComponent = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CKP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def ckp(home: Path) -> Ckp:
    """Runs the real command line in a process of its own."""

    def call(*arguments: str, timeout: float = 300, **environment: str) -> Any:
        return subprocess.run(
            [sys.executable, "-m", "ck_core", *arguments],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env={**os.environ, "CKP_HOME": str(home), **environment},
        )

    return call


@pytest.fixture
def add_component(home: Path) -> AddComponent:
    """Writes a component into the local repository: its meta, and files by name."""

    def add(kind: str, alias: str, meta: Any, files: dict[str, str] | None = None) -> Path:
        path = home / "repos" / "local" / kind / alias
        (path / ".cm").mkdir(parents=True)
        text = meta if isinstance(meta, str) else json.dumps(meta)
        (path / ".cm" / "meta.json").write_text(text)
        for name, content in (files or {}).items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_text(content)
        return path

    return add
