"""Many ckp at once record in one experiment that none of them has found there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from programs.kit import shell

COMMANDS = (
    ("benchmark", "program:it", "--repeat=3", "--env.N=1,2,3"),
    ("run", "program:it", "--repeat=2"),
)
POINTS = (3, 1)
"""That each of them makes."""


@pytest.mark.parametrize("count", [4, pytest.param(16, marks=pytest.mark.slow)])
def test_no_point_of_many_is_lost(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, count: int
) -> None:
    add_component("program", "it", shell("echo same"))
    ckp("doctor")  # it notes the name of what no ckp has added
    nothing_to_mend = ckp("doctor").stdout
    processes = [started(ckp_home, number) for number in range(count)]
    for process in processes:
        _, errors = process.communicate(timeout=600)
        assert process.returncode == 0, errors
    shown = ckp("show", "experiment:mine", "--json")
    assert shown.stderr == ""
    points = json.loads(shown.stdout)
    for number in range(count):
        own = [one for one in points if f"--tags=of-{number}" in one["command_line"]]
        assert len(own) == POINTS[number % 2]
        assert len({one["session"] for one in own}) == 1
    assert len({one["uid"] for one in points}) == len(points) == count * 2
    tags = json.loads(ckp("load", "experiment:mine").stdout)["tags"]
    assert sorted(tags) == sorted(f"of-{number}" for number in range(count))
    assert ckp("doctor").stdout == nothing_to_mend


def started(home: Path, number: int) -> subprocess.Popen[str]:
    words = (*COMMANDS[number % 2], "--record", "--record-uoa=mine", f"--tags=of-{number}")
    return subprocess.Popen(
        [sys.executable, "-m", "ck_core", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CKP_HOME": str(home)},
    )
