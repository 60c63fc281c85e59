"""``cpu_s``: the time on a core, which the kernel knows better than its two parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ck_core.domain.run import Repetition
from ck_core.testing.fixtures import AddComponent, Ckp
from programs.kit import shell

SPIN = "i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done\n"


def test_it_is_recorded_and_may_judge(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", shell("sh ../run.sh"), {"run.sh": SPIN})
    record = ("--record", "--record-uoa=mine", "--json")
    done = ckp("benchmark", "program:it", "--repeat=3", "--warmup=0", "--metric=cpu_s", *record)
    assert done.returncode == 0, done.stderr
    (point,) = json.loads(ckp("show", "experiment:mine", "--json").stdout)
    raw = point["characteristics"]
    sums = [user + system for user, system in zip(raw["user_s"], raw["system_s"], strict=True)]
    assert raw["cpu_s"] == sums
    assert all(one > 0 for one in sums)
    assert point["metrics"]["cpu_s"]["value"] == sorted(sums)[1]


def test_run_shows_it(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", shell("sh ../run.sh"), {"run.sh": SPIN})
    assert "CPU time" in ckp("run", "program:it", "--repeat=3").stdout
    metrics = json.loads(ckp("run", "program:it", "--repeat=3", "--json").stdout)["metrics"]
    assert metrics["cpu_s"]["value"] > 0


@pytest.mark.parametrize(
    ("user_s", "system_s", "cpu_s"), [(0.5, 0.25, 0.75), (None, 0.25, None), (0.5, None, None)]
)
def test_what_a_launcher_cannot_tell(
    user_s: float | None, system_s: float | None, cpu_s: float | None
) -> None:
    one = Repetition(
        wall_s=1, user_s=user_s, system_s=system_s, peak_memory_bytes=1, exit_status=0,
        voluntary_switches=0, involuntary_switches=0, major_faults=0, minor_faults=0,
        timed_out=False, directory=Path("/"),
    )  # fmt: skip
    assert one.cpu_s == cpu_s
