"""docs/comparing.md works as it stands, from top to bottom."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.testing.fixtures import Ckp
from experiments.recorded_kit import SESSION, measured, record, times

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "comparing.md").read_text("utf-8")
UIDS = {"UID1": "1242ddac00000001", "UID2": "f715e2a900000002"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.slow
def test_every_command_and_script(
    ckp: Ckp, ckp_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = []
    for n, uid in enumerate((*UIDS.values(), "00000000000000cc")):
        compiler = "clang@19" if n == 2 else "gcc@12"
        chosen = {"flags": f"-O{2 + n % 2}", "compiler": compiler}
        one = measured(n, times(1 - n / 9, n), SESSION, **chosen)
        points.append(replace(one, uid=uid))
    record(ckp_home, "my-test", points)
    monkeypatch.chdir(tmp_path)
    commands = "".join(blocks("sh"))
    for name, uid in UIDS.items():
        commands = commands.replace(name, uid[:8])
    for line in commands.splitlines():
        done = ckp(*shlex.split(line)[1:])
        assert done.returncode == 0, f"{line}: {done.stderr}"
        assert done.stdout.strip() or " -o " in line, line
    (script,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("3 wall_s ")
    assert " ms ±" in done.stdout
    assert "-O3 (" in done.stdout
