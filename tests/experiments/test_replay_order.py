"""Points keep the places in which they were asked for; what Ctrl-C leaves of a replay."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.replay_kit import (
    EXPERIMENT,
    FEW,
    add_program,
    change_point,
    points,
    points_file,
    recorded,
    replayed,
)
from plugins.fake_distribution import install_fake

THREE = "--env.N=1,2,3"


@pytest.fixture
def program(add_component: AddComponent, ckp: Ckp) -> Path:
    return add_program(add_component, ckp)


def write(ckp: Ckp, found: list[dict[str, Any]]) -> None:
    points_file(ckp).write_text("".join(json.dumps(one) + "\n" for one in found))


def places(found: list[dict[str, Any]]) -> list[int]:
    return [one["place"] for one in found]


def orders(found: list[dict[str, Any]]) -> dict[int, list[float]]:
    return {one["place"]: one["characteristics"]["order"] for one in found}


def test_who_leaves_first_keeps_its_place(ckp: Ckp, program: Path) -> None:
    (program / "run.sh").write_text('[ "$N" = 2 ] && exit 3\necho same\n')
    ckp("benchmark", "program:it", *FEW, "--record-uoa=of-test", THREE)
    assert [one["choices"]["env.N"] for one in points(ckp)] == ["2", "1", "3"]
    assert places(points(ckp)) == [1, 0, 2]
    done = ckp("show", EXPERIMENT, "--filter", "place=1", "--json")
    assert [one["place"] for one in json.loads(done.stdout)] == [1]


def test_a_session_is_replayed_in_the_order_of_its_places(ckp: Ckp, program: Path) -> None:
    recorded(ckp, "program:it", THREE)
    found = points(ckp)
    write(ckp, found[::-1])
    answer = replayed(ckp, 0, "--record")
    assert [one["point"] for one in answer["points"]] == [one["uid"] for one in found]
    again = points(ckp)[3:]
    assert sorted(places(again)) == [0, 1, 2]
    assert orders(again) == orders(found)
    replayed(ckp, 0, "--record", f"--point={found[2]['uid']}")
    assert points(ckp)[-1]["place"] == 2


def test_how_far_it_is(ckp: Ckp, program: Path) -> None:
    recorded(ckp)
    recorded(ckp, "program:it", THREE)
    done = ckp("replay", EXPERIMENT, "--metrics=correct", "--warmup=0")
    assert done.returncode == 0
    assert "replaying 1 of 4 points" in done.stderr
    assert "replaying 2 to 4 of 4 points" in done.stderr


def test_ctrl_c_reports_and_records_what_was_measured(
    ckp: Ckp, program: Path, ckp_home: Path
) -> None:
    recorded(ckp, "program:it", "--env.N=1,2")
    before = points(ckp)
    command = ("replay", EXPERIMENT, "--repeat=100000", "--record", "--metrics=correct")
    process = subprocess.Popen(
        [sys.executable, "-m", "ck_core", *command, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CKP_HOME": str(ckp_home)},
    )
    wait_for(ckp_home / "cache/runs", "it-*/rep-000[3-9]", process)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    after = points(ckp)[2:]
    assert [one["replay_of"] for one in after] == [one["uid"] for one in before]
    answer = json.loads(output)
    assert [one["recorded_as"] for one in answer["points"]] == [one["uid"] for one in after]
    for one in answer["points"]:
        assert any(text.startswith("interrupted after ") for text in one["substitutions"])
        assert one["metrics"]


def wait_for(place: Path, pattern: str, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if [*place.glob(pattern)]:
            time.sleep(0.5)
            return
        time.sleep(0.005)
    process.kill()
    raise AssertionError("nothing was measured")


COUNTS = """
from dataclasses import replace

from ck_core import hookimpl


@hookimpl(wrapper=True)
def run(request):
    request.instruments.offers["sheep"] = lambda: ""
    result = yield
    if result is None or "sheep" not in request.monitors:
        return result
    counted = (replace(one, monitored={"sheep": 7.0}) for one in result.repetitions)
    return replace(result, repetitions=tuple(counted))
"""


def test_monitors_are_on_again(
    ckp: Ckp, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_fake(tmp_path / "site", "shepherd", COUNTS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    recorded(ckp, "program:it", "--monitor=sheep")
    assert points(ckp)[-1]["choices"]["monitor"] == "sheep"
    (point,) = replayed(ckp, 0, metrics="sheep")["points"]
    assert {one["metric"]: one["verdict"] for one in point["metrics"]}["sheep"] == "reproduced"


def test_a_core_that_others_had_changes_the_hint(ckp: Ckp, program: Path) -> None:
    """It was recorded slow, on a core that others had: no matter how loaded this machine is.

    Many repetitions: on a loaded machine neighbours are alike and count as fewer.
    """
    recorded(ckp)
    count = 100
    raw = {
        "wall_s": [90 + number * 7 % 12 / 100 for number in range(count)],
        "user_s": [0.001] * count,
        "system_s": [0.0] * count,
        "involuntary_switches": [90_000] * count,
        "voluntary_switches": [5] * count,
    }
    change_point(ckp, {"characteristics": raw})
    done = ckp("replay", EXPERIMENT, "--metrics=wall_s", "--warmup=0")
    assert done.returncode == 14, done.stdout
    assert "others had the core when it was recorded: " in done.stderr
    assert " s of the difference of " in done.stderr
    assert "--metrics=cpu_s,correct judges by what others disturb less" in done.stderr
    assert "(differs)" in done.stdout
    assert "(changed)" not in done.stdout


def test_the_last_session_is_the_one_that_began_last(ckp: Ckp, program: Path) -> None:
    recorded(ckp, "program:it", "--env.N=1,2")
    recorded(ckp, "program:it", "--env.N=3,4")
    first, second, third, fourth = points(ckp)
    write(ckp, [first, fourth, third, second])
    found = [one["point"] for one in replayed(ckp, 0, "--last")["points"]]
    assert found == [third["uid"], fourth["uid"]]
