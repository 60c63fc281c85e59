"""``ckp benchmark`` on real programs: variants, blocks, failures, interruptions, records."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ck_core.analysis.stopping import next_look
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import measured_program, needs_gcc, recorded

pytestmark = needs_gcc
QUICK = ("--compiler=gcc", "--repeat=3")


def test_every_combination_is_measured_and_recorded(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *measured_program())
    flags = ("--flags=-O1;-O2 -g", "--env.WORD=a,b")
    done = ckp("benchmark", "program:it", *QUICK, *flags, "--record_uoa=mine", "--tags=x,y")
    assert done.returncode == 0, done.stderr
    points = recorded(ckp_home, "mine")
    chosen = {(one.choices["flags"], one.choices["env.WORD"]) for one in points}
    assert chosen == {("-O1", "a"), ("-O1", "b"), ("-O2 -g", "a"), ("-O2 -g", "b")}
    assert {one.status for one in points} == {"ok"}
    assert {one.correct for one in points} == {True}
    assert len({one.session for one in points}) == 1
    assert len({one.uid for one in points}) == 4
    meta = json.loads(ckp("load", "experiment:mine").stdout)
    assert meta["tags"] == ["x", "y"]
    assert "local:experiment:mine" in done.stdout
    assert done.stdout.count("\n-O") + done.stdout.startswith("-O") == 4


def test_a_point_is_complete(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *measured_program())
    command = ("benchmark", "program:it", *QUICK, "--seed=7", "--record-uoa=mine")
    assert ckp(*command).returncode == 0
    (point,) = recorded(ckp_home, "mine")
    assert point.choices["compiler"] == f"gcc@{point.resolved[0].version}"
    assert point.choices["level"] == "speed"
    assert point.choices["flags"] == ""
    assert point.choices["command"] == point.command == "default"
    assert point.program.cid == "program:it"
    assert point.program.digest.startswith("sha256:")
    assert point.build is not None
    assert point.build.digest.startswith("sha256:")
    assert point.seed == 7
    assert point.ckp
    assert point.command_line[1:3] == ("benchmark", "program:it")
    assert {"fingerprint", "cores", "kernel", "memory_bytes", "os"} <= point.features.keys()
    assert point.plugins["local"].startswith("ck-core ")
    assert {len(raw) for raw in point.characteristics.values()} == {3}
    assert point.characteristics["kernel_s"] == (0.25, 0.25, 0.25)
    assert point.metrics["kernel_s"].value == 0.25
    assert point.characteristics["state.size"] == (1, 1, 1)
    assert point.metrics["wall_s"].value == sorted(point.characteristics["wall_s"])[1]


def test_variants_are_run_in_random_blocks(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *measured_program())
    command = ("benchmark", "program:it", "--compiler=gcc", "--env.N=1,2,3", "--repeat=8")
    for name in ("first", "second"):
        assert ckp(*command, "--seed=5", f"--record-uoa={name}").returncode == 0
    first, second = (recorded(ckp_home, name) for name in ("first", "second"))
    blocks = [one.characteristics["block"] for one in first]
    assert blocks == [tuple(range(8))] * 3
    orders = [one.characteristics["order"] for one in first]
    assert sorted(sum(orders, ())) == list(range(24))
    for number in range(8):
        assert {order[number] // 3 for order in orders} == {number}
    assert len({tuple(order[n] % 3 for order in orders) for n in range(8)}) > 1
    assert orders == [one.characteristics["order"] for one in second]


def test_a_variant_that_does_not_build_stops_no_other(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *measured_program())
    done = ckp("benchmark", "program:it", *QUICK, "--flags=-DBROKEN;-O1", "--record-uoa=mine")
    assert done.returncode == 7
    assert "this variant is broken" in done.stderr
    broken, sound = recorded(ckp_home, "mine")
    assert (broken.status, broken.stage) == ("failed", "build")
    assert "this variant is broken" in broken.error
    assert broken.choices["flags"] == "-DBROKEN"
    assert broken.characteristics == {}
    assert sound.status == "ok"
    assert len(sound.characteristics["wall_s"]) == 3


def test_a_compiler_that_is_not_there_stops_no_other(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *measured_program())
    command = ("benchmark", "program:it", "--compiler=gcc,gcc@99", "--repeat=2", "--no-install")
    done = ckp(*command, "--record-uoa=mine")
    assert done.returncode == 5
    missing, sound = recorded(ckp_home, "mine")
    assert (missing.status, missing.stage) == ("failed", "build")
    assert missing.choices["compiler"] == "gcc@99"
    assert sound.status == "ok"


def test_no_time_of_a_wrong_program_counts(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *measured_program())
    done = ckp("benchmark", "program:it", *QUICK, "--flags=-DWRONG;-O1", "--record-uoa=mine")
    assert done.returncode == 10
    assert "failed (output)" in done.stdout
    wrong, sound = recorded(ckp_home, "mine")
    assert (wrong.status, wrong.stage, wrong.correct) == ("failed", "output", False)
    assert "goodbye" in wrong.error
    assert len(wrong.characteristics["wall_s"]) == 1
    assert sound.correct is True


def test_a_crash_stops_no_other(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *measured_program())
    done = ckp("benchmark", "program:it", *QUICK, "--env.CRASH=no,yes", "--record-uoa=mine")
    assert done.returncode == 8
    assert "SIGABRT" in done.stderr
    crashed, sound = recorded(ckp_home, "mine")
    assert (crashed.status, crashed.stage) == ("failed", "run")
    assert sound.status == "ok"
    kept = [*(ckp_home / "cache" / "runs").iterdir()]
    assert len(kept) == 1, "the files of the one that failed"
    assert str(kept[0]) in done.stderr


def test_a_time_limit(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *measured_program(work=1_000_000_000))
    done = ckp("benchmark", "program:it", *QUICK, "--timeout=0.2", "--record-uoa=mine")
    assert done.returncode == 9
    (point,) = recorded(ckp_home, "mine")
    assert (point.status, point.stage) == ("failed", "timeout")


def test_ctrl_c_keeps_what_was_measured(add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *measured_program(work=20_000_000))
    process = started(ckp_home, "--env.N=1,2")
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    points = recorded(ckp_home, "mine")
    assert len(points) == 2
    for point in points:
        assert point.status == "ok"
        assert len(point.characteristics["wall_s"]) >= 1
        assert any(note.startswith("interrupted after ") for note in point.notes)
    assert "interrupted after" in output
    assert not [*(ckp_home / "cache" / "runs").iterdir()]


def test_a_service_manager_s_stop_keeps_it_too(add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *measured_program(work=20_000_000))
    process = started(ckp_home)
    process.terminate()
    assert "Traceback" not in process.communicate(timeout=60)[1]
    assert process.returncode == 128 + signal.SIGTERM
    (point,) = recorded(ckp_home, "mine")
    assert any(note.startswith("interrupted after ") for note in point.notes)


def test_what_was_finished_survives_kill_9(add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *measured_program(work=20_000_000))
    process = started(ckp_home, "--flags=-DBROKEN;-DWRONG;-O1")
    process.kill()
    process.communicate(timeout=60)
    assert [one.stage for one in recorded(ckp_home, "mine")] == ["build", "output"]


def started(home: Path, *options: str) -> subprocess.Popen[str]:
    """A benchmark that would last for hours, when it has measured something."""
    command = ("benchmark", "program:it", "--compiler=gcc", "--repeat=100000", "--record-uoa=mine")
    process = subprocess.Popen(
        [sys.executable, "-m", "ck_core", *command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CKP_HOME": str(home)},
    )
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if [*(home / "cache").glob("runs/it-*/rep-000[3-9]")]:
            time.sleep(0.5)
            return process
        time.sleep(0.005)
    process.kill()
    raise AssertionError("nothing was measured")


def test_pinning_and_monitors_are_recorded(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system cannot pin")
    cpu = min(os.sched_getaffinity(0))
    add_component("program", "it", *measured_program())
    command = ("benchmark", "program:it", *QUICK, "--record-uoa=mine", "--monitor=counters")
    assert ckp(*command, f"--pin={cpu}").returncode == 0
    assert "no list of CPUs" in ckp(*command, "--pin=x").stderr
    (point,) = recorded(ckp_home, "mine")
    assert point.features["pinned"] == str(cpu)
    counted = point.characteristics.keys() & {"page_faults", "task_clock_s"}
    assert counted or any(one.startswith("counters: no ") for one in point.notes)


def test_stops_when_it_is_known_well_enough(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", *measured_program())
    done = ckp("benchmark", "program:it", "--compiler=gcc", "--precision=90%", "--json")
    assert done.returncode == 0, done.stderr
    (variant,) = json.loads(done.stdout)["variants"]
    assert variant["stop"] == "precise"
    count = len(variant["point"]["characteristics"]["wall_s"])
    assert next_look(count - 1) == count >= 10


def test_says_when_it_is_not(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("program", "it", *measured_program())
    command = ("benchmark", "program:it", "--compiler=gcc", "--precision=0.0001")
    done = ckp(*command, "--max-repeat=11")
    assert "stopped by --max-repeat before" in done.stdout
    began = time.monotonic()
    assert "stopped by --max-time before" in ckp(*command, "--max-time=0.5").stdout
    assert time.monotonic() - began < 20


def test_nothing_is_recorded_unasked(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *measured_program())
    assert ckp("benchmark", "program:it", *QUICK).returncode == 0
    assert not (ckp_home / "repos" / "local" / "experiment").exists()


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--record-uoa=ckp-compilers:experiment:x", "read-only"),
        ("--record-uoa=nowhere:experiment:x", "no repository 'nowhere'"),
        ("--record-uoa=program:x", "recorded in an experiment"),
        ("--record-uoa=a*", "recorded in an experiment"),
        ("--precision=7", "is no share"),
        ("--flags=-DX='a", "cannot be read"),
        ("--cmd-key=nothing", "has no command"),
        ("--dataset=nothing", "nothing"),
        ("--target=nothing", "nothing"),
    ],
)
def test_what_is_impossible_is_said_first(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, option: str, words: str
) -> None:
    add_component("program", "it", *measured_program())
    done = ckp("benchmark", "program:it", "--repeat=1", option)
    assert done.returncode in {2, 3}
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "building" not in done.stderr
    assert not (ckp_home / "repos" / "local" / "experiment").exists()


def test_points_are_added_to_an_experiment(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *measured_program())
    for tags in ("--tags=a", "--tags=b"):
        done = ckp("benchmark", "program:it", *QUICK, "--record", "--record_uoa=mine", tags)
        assert done.returncode == 0, done.stderr
    points = recorded(ckp_home, "mine")
    assert len({one.session for one in points}) == 2
    assert json.loads(ckp("load", "experiment:mine").stdout)["tags"] == ["a", "b"]


def test_all_datasets_of_a_command(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    run_time = {"run_cmd_main": "cat $#dataset_path#$$#dataset_filename#$"}
    meta = {"run_cmds": {"default": {"dataset_tags": ["words"], "run_time": run_time}}}
    add_component("program", "it", meta)
    for name in ("a", "b"):
        add_component(
            "dataset", name, {"tags": ["words"], "dataset_files": ["f"]}, {"f": f"{name}\n"}
        )
    done = ckp("benchmark", "program:it", "--dataset=all", "--repeat=2", "--record-uoa=mine")
    assert done.returncode == 0, done.stderr
    points = recorded(ckp_home, "mine")
    assert [one.choices["dataset"] for one in points] == ["a", "b"]
    digests = [one.dataset.digest for one in points if one.dataset]
    assert len(set(digests)) == 2


def test_run_records_as_well(ckp: Ckp, add_component: AddComponent, ckp_home: Path) -> None:
    add_component("program", "it", *measured_program())
    command = ("run", "program:it", "--compiler=gcc", "--repeat=4", "--record_uoa=mine")
    done = ckp(*command, "--record")
    assert done.returncode == 0, done.stderr
    assert "local:experiment:mine" in done.stdout
    assert "median of 4" in done.stdout
    wrong = ckp(*command, "--flags=-DWRONG")
    assert wrong.returncode == 10
    broken = ckp(*command, "--flags=-DBROKEN")
    assert broken.returncode == 7
    points = recorded(ckp_home, "mine")
    assert [one.stage for one in points] == ["", "output", "build"]
    assert len(points[0].characteristics["kernel_s"]) == 4
    assert points[0].command_line[1] == "run"


@pytest.mark.skipif(
    not (shutil.which("qemu-aarch64") and shutil.which("aarch64-linux-gnu-gcc")),
    reason="needs a cross compiler and its emulator",
)
def test_no_time_under_an_emulator_is_compared(
    cross_gcc_only: None, ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_component("program", "it", *measured_program())
    command = ("benchmark", "program:it", "--compiler=gcc", "--repeat=7", "--no-install")
    targets = f"--target=linux-{platform.machine()},linux-arm64"
    done = ckp(*command, targets, "--record-uoa=mine")
    assert done.returncode == 0, done.stderr
    points = recorded(ckp_home, "mine")
    assert [bool(one.emulated_by) for one in points] == [False, True]
    assert [one.choices["target"] for one in points][1] == "linux-arm64"
    rows = [line for line in done.stdout.splitlines() if not line.startswith("- ")]
    assert any("emulated" in row for row in rows)  # a note on an outlier may blame a slower clock
    assert not any("faster" in row or "slower" in row for row in rows)
