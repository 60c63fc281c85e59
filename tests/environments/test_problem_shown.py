"""What is wrong with an installation stands in its details."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ck_core.testing.fixtures import Ckp
from hpc.detect_kit import fake, only_path


@pytest.mark.parametrize("state", ["UP", "DOWN"])
def test_it_is_told_where_there_is_one(
    ckp: Ckp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    place = only_path(tmp_path / "bin", monkeypatch)
    fake(place, "sbatch", {"--version": "echo 'slurm-wlm 22.05.8'"})
    told = {"ping": f"echo 'Slurmctld(primary) at head is {state}'"}
    fake(place, "scontrol", {**told, "show config": "echo 'ClusterName = mini'"}, "exit 0")
    (found,) = json.loads(ckp("detect", "soft", "--tags=slurm", "--json").stdout)
    shown = ckp("show", f"env:{found['uid']}").stdout
    rows = dict(line.split(None, 1) for line in shown.splitlines() if " " in line)
    assert rows.get("problem", "") == found["problem"]
    assert ("the controller does not answer" in shown) is (state == "DOWN")
