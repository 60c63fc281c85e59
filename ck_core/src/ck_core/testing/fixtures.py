"""Fixtures: a home of its own for every test, the real command line, components made in it."""

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
def ckp_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty CKP_HOME, so that nothing touches the user's own folders."""
    monkeypatch.setenv("CKP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def ckp(ckp_home: Path) -> Ckp:
    """``ckp("run", "program:it", timeout=300, VARIABLE="value")``, in a process of its own."""

    def call(*arguments: str, timeout: float = 300, **environment: str) -> Any:
        return subprocess.run(
            [sys.executable, "-m", "ck_core", *arguments],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env={**os.environ, "CKP_HOME": str(ckp_home), **environment},
        )

    return call


@pytest.fixture
def add_component(ckp_home: Path) -> AddComponent:
    """``add_component(kind, alias, meta, files)`` in the local repository.

    ``meta`` is what is dumped into meta.json, or its text; ``files`` maps names to texts.
    """

    def add(kind: str, alias: str, meta: Any, files: dict[str, str] | None = None) -> Path:
        path = ckp_home / "repos" / "local" / kind / alias
        text = meta if isinstance(meta, str) else json.dumps(meta)
        for name, content in {".cm/meta.json": text, **(files or {})}.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_text(content, encoding="utf-8")
        return path

    return add
