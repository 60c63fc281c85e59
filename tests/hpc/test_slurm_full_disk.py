"""A shared directory that fills up under a job: said, and no program is blamed.

Run as a program this file does so with a small disk of its own, and a cluster that sees it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # where it runs as a program
from experiments.script_kit import TIMED
from hpc.cluster import Cluster
from programs.kit import shell

STORAGE = 12
FILLS = "dd if=/dev/zero of=$BALLAST bs=4k 2>/dev/null"
COMMAND = ("run", "program:it", "--launcher=slurm", "--repeat=1", "--warmup=0")


def in_namespace(command: str) -> subprocess.CompletedProcess[str]:
    """Of mounts alone: Slurm's daemons do not start in one of users."""
    words = ["unshare", "--mount", "sh", "-c", command]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.usefixtures("cluster")  # where there is none this is skipped
@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_full_disk(tmp_path: Path, when: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=4m none '{disk}'"
    if in_namespace(mount).returncode:
        pytest.skip("needs to mount a disk of its own")
    done = in_namespace(f"{mount} && '{sys.executable}' '{__file__}' '{disk}' {when}")
    assert done.returncode == 0, done.stdout + done.stderr


def main(disk: Path, when: str) -> None:
    cluster = Cluster(nodes=1)
    try:
        cluster.start()
        check(disk, when, {**os.environ, **cluster.environment, "CKP_HOME": str(disk)})
        assert not cluster.jobs()
    finally:
        cluster.stop()


def check(disk: Path, when: str, environment: dict[str, str]) -> None:
    ballast = disk / "ballast"
    script = FILLS.replace("$BALLAST", str(ballast)) if when == "meanwhile" else "true"
    place = disk / "repos" / "local" / "program" / "it"
    (place / ".cm").mkdir(parents=True)
    (place / ".cm" / "meta.json").write_text(json.dumps(shell("sh ../run.sh", **TIMED)))
    (place / "run.sh").write_text(f"{script}\necho '{{\"kernel_s\": 1}}' >timer.json\n")
    if when == "before":
        subprocess.run(FILLS.replace("$BALLAST", str(ballast)), shell=True, check=False)  # noqa: S602
    words = [sys.executable, "-m", "ck_core", *COMMAND]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == STORAGE, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    ballast.unlink()
    (place / "run.sh").write_text("echo '{\"kernel_s\": 1}' >timer.json\n")
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
