"""The program of docs/options.md, and the commands beside it."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "options.md").read_text("utf-8")
NOISE = (0, 13, 14)
"""Whether a replay of such short runs is reproduced is for the machine to say."""


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.slow
def test_the_page_from_top_to_bottom(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_component("program", "adds", block("json"), {"adds.py": block("python")})
    assert ckp("check", "program:adds").returncode == 0
    monkeypatch.chdir(tmp_path)
    for line in block("sh").splitlines():
        done = ckp(*shlex.split(line)[1:])
        allowed = NOISE if " replay " in line else (0,)
        assert done.returncode in allowed, f"{line}: {done.stderr}"
        assert done.stdout.strip(), line
    points = json.loads(ckp("show", "experiment:adds", "--json").stdout)
    chosen = [one["choices"] for one in points]
    assert [(one["method"].partition("@")[0], one.get("batch")) for one in chosen] == [
        *(("loop", None), ("blocks", 16), ("blocks", 1024))
    ]
