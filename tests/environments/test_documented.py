"""What docs/environments.md tells people to type works as it stands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ck_core.testing.fixtures import Ckp

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "environments.md").read_text("utf-8")
pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def test_the_guide_from_top_to_bottom(
    ckp: Ckp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [shlex.split(line, comments=True) for line in "".join(blocks("sh")).splitlines()]
    assert len(lines) > 6
    for words in filter(None, lines):
        done = ckp(*words[1:])
        assert done.returncode == 0, (words, done.stderr)
        assert done.stdout.strip(), words


def test_the_script_of_the_guide(ckp_home: Path) -> None:
    (script,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).is_file()
