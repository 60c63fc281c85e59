"""Runs by Flux: a stand-in that answers as 0.88 was recorded, and the real one where it is."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.benchmark_kit import measured_program
from hpc.launch_kit import (
    TOLD_NOBODY,
    add_script,
    ended,
    points,
    repetitions,
    started,
    texts_below,
    told,
    wait_for,
)

FAKES = Path(__file__).with_name("fakes")
FLUX = ("--launcher=flux",)
REAL = shutil.which("flux")
RECORDED = ("--record", "--record-uoa=mine", "--no-calibration", "--warmup=0")
JOBS = ("flux", "jobs", "-a", "--json", "--count=0")


@pytest.fixture(params=["fake", "real"], autouse=True)
def flux(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    gcc_only: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """An instance that ckp finds."""
    if request.param == "fake":
        place = tmp_path / "instance"
        place.mkdir()
        monkeypatch.setenv("PATH", f"{FAKES}:{os.environ['PATH']}")
        monkeypatch.setenv("FLUX_URI", f"local://{place}")
        yield
        return
    if REAL is None:
        pytest.skip("needs a real flux on PATH")
    script = "flux getattr local-uri; exec sleep infinity"
    with subprocess.Popen([REAL, "start", "sh", "-c", script], stdout=subprocess.PIPE) as instance:
        assert instance.stdout
        monkeypatch.setenv("FLUX_URI", instance.stdout.readline().decode().strip())
        monkeypatch.setenv("PATH", f"{Path(REAL).parent}:{os.environ['PATH']}")
        yield
        instance.terminate()


def listed(*states: str) -> list[str]:
    """Ids of jobs in those states."""
    done = subprocess.run(JOBS, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)["jobs"]
    return [str(one["id"]) for one in found if not states or one["state"] in states]


def test_repetitions_of_a_run_share_a_job(ckp: Ckp, add_component: AddComponent) -> None:
    add_script(add_component, 'test -n "$FLUX_JOB_ID" || exit 9')
    found = repetitions(ckp, "--repeat=3", "--launcher.time=2h", launcher=FLUX)
    assert {one["job"]["id"] for one in found} == {*listed()}
    assert len(listed()) == 1
    assert all(one["job"]["nodes"] for one in found)
    assert "#flux: --time-limit=120m" in found[0]["job"]["script"].splitlines()


def test_side_by_side_they_are_submitted_together(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_script(add_component, 'test -z "$OF_USER" || exit 9')
    options = ("--jobs=3", "--repeat=3", *RECORDED)
    told(ckp, "benchmark", "program:it", *FLUX, *options, OF_USER=TOLD_NOBODY)
    (point,) = points(ckp_home)
    assert sorted(one["id"] for one in point["jobs"]) == sorted(listed())
    assert len(point["characteristics"]["kernel_s"]) == 3
    assert all(0 <= one < 60 for one in point["characteristics"]["queue_s"])
    assert point["features"]["launcher"] == "flux"
    assert not [file for file, text in texts_below(ckp_home).items() if TOLD_NOBODY in text]


def test_tasks_are_started_by_flux(ckp: Ckp, add_component: AddComponent, tmp_path: Path) -> None:
    """Inside of an instance that is a job."""
    add_script(add_component, f"echo $FLUX_TASK_RANK >>'{tmp_path}/ranks'")
    (found,) = repetitions(ckp, "--repeat=1", "--warmup=0", "--launcher.tasks=2", launcher=FLUX)
    assert sorted((tmp_path / "ranks").read_text().split()) == ["0", "1"]
    assert "#flux: --nslots=2" in found["job"]["script"].splitlines()


@pytest.mark.slow
def test_packed_instances_have_numbers(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    add_script(add_component, "true")
    options = ("--jobs=3", "--repeat=3", "--launcher.pack=2", "--launcher.tasks=2", *RECORDED)
    told(ckp, "benchmark", "program:it", *FLUX, *options)
    (point,) = points(ckp_home)
    assert len(listed()) == len(point["jobs"]) == 2
    assert len(point["characteristics"]["wall_s"]) == 3


@pytest.mark.slow
def test_a_job_that_runs_past_its_limit(ckp: Ckp, add_component: AddComponent) -> None:
    add_script(add_component, "sleep 60")
    done = ckp("run", "program:it", *FLUX, "--launcher.time=1s", "--warmup=0")
    assert done.returncode == 9, done.stderr
    assert "ran past its time limit (resource allocation expired)" in done.stderr


@pytest.mark.slow
def test_a_job_that_somebody_cancels(add_component: AddComponent, ckp_home: Path) -> None:
    add_script(add_component, "sleep 60")
    child = started(ckp_home, "run", "program:it", *FLUX, "--warmup=0")
    wait_for(lambda: listed("RUN"), "a job runs")
    subprocess.run(["flux", "cancel", listed("RUN")[0]], check=True)
    code, _, errors = ended(child)
    assert code == 8
    assert "was cancelled" in errors


@pytest.mark.slow
def test_a_job_that_cannot_measure(ckp: Ckp, add_component: AddComponent) -> None:
    """What it says is shown."""
    add_script(add_component, "true")
    done = ckp("run", "program:it", *FLUX, "--launcher.python=/no/such/python")
    assert done.returncode == 8
    assert "ended with status 127" in done.stderr
    assert "/no/such/python: not found" in done.stderr


@pytest.mark.parametrize(
    ("option", "code", "said"),
    [
        ("--launcher.colour=red", 2, "launcher flux knows no option 'colour'"),
        ("--launcher.native=--no-such-switch", 8, "--no-such-switch"),
        ("--launcher.queue=nowhere", 8, "nowhere"),
    ],
)
def test_what_cannot_be_is_said(
    ckp: Ckp, add_component: AddComponent, option: str, code: int, said: str
) -> None:
    add_script(add_component, "true")
    done = ckp("run", "program:it", *FLUX, option)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not listed()


def test_no_instance(ckp: Ckp, add_component: AddComponent, tmp_path: Path) -> None:
    add_script(add_component, "true")
    done = ckp("run", "program:it", *FLUX, FLUX_URI=f"local://{tmp_path}/none")
    assert done.returncode == 8
    assert "flux failed" in done.stderr


def test_a_killed_ckp_s_job_is_taken_over(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    add_script(add_component, f"while test -e '{gate}'; do sleep 0.05; done")
    command = ("run", "program:it", *FLUX, "--warmup=0", "--repeat=1")
    child = started(ckp_home, *command)
    wait_for(lambda: listed("RUN") and [*(ckp_home / "jobs").iterdir()], "a job runs")
    os.kill(child.pid, signal.SIGKILL)
    ended(child)
    assert [one["state"] for one in told(ckp, "jobs")] == ["running"]
    gate.unlink()
    assert ckp("jobs", "--attach").returncode == 0
    assert len(listed()) == 1
    assert told(ckp, "jobs") == []


def test_ctrl_c_cancels(add_component: AddComponent, ckp_home: Path) -> None:
    add_script(add_component, "sleep 60")
    child = started(ckp_home, "run", "program:it", *FLUX, "--warmup=0")
    wait_for(lambda: listed("RUN") and [*(ckp_home / "jobs").iterdir()], "a job runs")
    os.kill(child.pid, signal.SIGINT)
    code, _, errors = ended(child)
    assert (code, "Traceback" in errors) == (130, False)
    wait_for(lambda: not listed("RUN", "SCHED"), "it ends")


def test_it_is_compiled_in_a_job_of_its_own(
    ckp: Ckp, add_component: AddComponent, compiled_in: Path
) -> None:
    add_component("program", "it", *measured_program())
    built = ("--launcher.build=yes", "--repeat=1", "--warmup=0")
    done = ckp("run", "program:it", *FLUX, *built)
    assert done.returncode == 0, done.stderr
    assert len(listed()) == 2
    commands = [one.name for one in compiled_in.iterdir()]
    assert commands
    assert "of-" not in commands
