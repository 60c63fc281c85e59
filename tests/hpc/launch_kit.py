"""Programs that a cluster runs, and what ckp tells of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.script_kit import TIMED
from programs.kit import shell

ONCE = ("--repeat=1", "--warmup=0", "--no-calibration")
SLURM = ("--launcher=slurm",)
TIMER = "echo '{\"kernel_s\": 0.25}' >timer.json"
TOLD_NOBODY = "correct-horse-battery"
PATIENCE_S = 60.0


def add_script(add_component: AddComponent, text: str, name: str = "it") -> Path:
    """A program without sources; it tells ``kernel_s``."""
    meta = shell("sh ../run.sh", **TIMED)
    return add_component("program", name, meta, {"run.sh": f"{TIMER}\n{text}\n"})


def told(ckp: Ckp, *words: str, **environment: str) -> Any:
    """What a command that ends well says as JSON."""
    done = ckp(*words, "--json", **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def repetitions(ckp: Ckp, *words: str, launcher: tuple[str, ...] = SLURM) -> list[dict[str, Any]]:
    """Of ``ckp run program:it``."""
    found: list[dict[str, Any]] = told(ckp, "run", "program:it", *launcher, *words)["repetitions"]
    return found


def points(home: Path, name: str = "mine") -> list[dict[str, Any]]:
    file = home / "repos" / "local" / "experiment" / name / "points.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()]


def started(home: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """A ckp that a test will kill; in a session of its own, as Ctrl-C would reach pytest."""
    return subprocess.Popen(
        [sys.executable, "-m", "ck_core", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CKP_HOME": str(home), **environment},
        start_new_session=True,
    )


def ended(child: subprocess.Popen[str]) -> tuple[int, str, str]:
    output, errors = child.communicate(timeout=PATIENCE_S)
    return child.returncode, output, errors


def wait_for(happens: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happens():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)


def texts_below(directory: Path) -> dict[Path, str]:
    """Of all files."""
    files = [one for one in directory.rglob("*") if one.is_file() and not one.is_symlink()]
    return {one: one.read_text(errors="replace") for one in files}
