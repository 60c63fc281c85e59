"""Jobs that outlive the ckp that has submitted them: found again, taken over once, cancelled."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.executables import write_executable
from ck_core.testing.fixtures import AddComponent, Ckp
from hpc.cluster import Cluster
from hpc.launch_kit import SLURM, add_script, ended, points, started, told, wait_for

pytestmark = pytest.mark.usefixtures("gcc_only")
COUNT = 4
RECORDED = ("--record", "--record-uoa=mine")
COMMAND = (
    "benchmark",
    "program:it",
    *SLURM,
    f"--jobs={COUNT}",
    f"--repeat={COUNT}",
    "--warmup=0",
    "--no-calibration",
    *RECORDED,
)
Begun = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """While it is there, programs go on."""
    path = tmp_path / "gate"
    path.touch()
    return path


@pytest.fixture
def begun(add_component: AddComponent, ckp_home: Path, cluster: Cluster, gate: Path) -> Begun:
    """Begins a ckp and waits until all its jobs run."""
    add_script(add_component, f"while test -e '{gate}'; do sleep 0.1; done\necho $SLURM_JOB_ID")

    def begin(*options: str) -> subprocess.Popen[str]:
        child = started(ckp_home, *COMMAND, *options)
        wait_for(lambda: len(cluster.jobs("running")) == COUNT, "all jobs run")
        wait_for(lambda: len([*(ckp_home / "jobs").iterdir()]) == COUNT, "ckp knows them")
        return child

    return begin


def listed(ckp: Ckp) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(ckp, "jobs")
    return found


def killed(child: subprocess.Popen[str], number: int = signal.SIGKILL) -> tuple[int, str, str]:
    os.kill(child.pid, number)
    return ended(child)


def interrupted_elsewhere(child: subprocess.Popen[str]) -> tuple[int, str, str]:
    """As the kernel may: a thread beside the main one gets the signal, which wakes that alone."""
    threads = (int(one.name) for one in Path(f"/proc/{child.pid}/task").iterdir())
    beside = min(one for one in threads if one != child.pid)
    assert ctypes.CDLL(None).tgkill(child.pid, beside, signal.SIGINT) == 0
    return ended(child)


def test_jobs_of_a_ckp_that_was_killed_are_taken_over(
    ckp: Ckp, ckp_home: Path, cluster: Cluster, begun: Begun, gate: Path
) -> None:
    before = cluster.submissions()
    child = begun()
    assert [one["is_waited_for"] for one in listed(ckp)] == [True] * COUNT
    killed(child)
    left = listed(ckp)
    assert [one["is_waited_for"] for one in left] == [False] * COUNT
    assert {one["state"] for one in left} == {"running"}
    assert "nobody waits for 4 of them" in ckp("jobs").stderr
    again = started(ckp_home, "jobs", "--attach")
    gate.unlink()
    code, _, errors = ended(again)
    assert code == 0, errors
    assert len(cluster.submissions() - before) == 1
    (point,) = points(ckp_home)
    assert {one["id"] for one in point["jobs"]} == {one["id"] for one in left}
    assert len(point["characteristics"]["kernel_s"]) == COUNT
    assert "of an earlier ckp was taken over" in json.dumps(point["notes"])
    assert listed(ckp) == []
    assert "no jobs are left" in ckp("jobs").stdout


@pytest.mark.slow
def test_a_ckp_killed_while_sbatch_submits_loses_nothing(
    ckp: Ckp,
    ckp_home: Path,
    add_component: AddComponent,
    cluster: Cluster,
    tmp_path: Path,
) -> None:
    """Nobody has heard the jobs' id."""
    add_script(add_component, "sleep 1\necho $SLURM_JOB_ID")
    before, real = cluster.submissions(), shutil.which("sbatch")
    once = 'test -e "$0.called" && exec "$real" "$@"\n: >"$0.called"'
    deadly = f'real={real}\n{once}\n"$real" "$@" >/dev/null; kill -9 $PPID'
    place = write_executable(tmp_path / "deadly", "sbatch", deadly).parent
    path = f"{place}:{os.environ['PATH']}"
    child = started(ckp_home, *COMMAND, PATH=path)
    assert ended(child)[0] == -signal.SIGKILL
    ids = {one["id"] for one in listed(ckp)}
    assert len(ids) == COUNT
    assert {one.partition("_")[0] for one in ids} == cluster.submissions() - before
    done = ckp("jobs", "--attach", PATH=path)
    assert done.returncode == 0, done.stderr
    assert len(cluster.submissions() - before) == 1
    (point,) = points(ckp_home)
    assert {one["id"] for one in point["jobs"]} == ids
    assert listed(ckp) == []


@pytest.mark.slow
def test_the_same_command_takes_over_what_has_ended_meanwhile(
    ckp: Ckp, ckp_home: Path, cluster: Cluster, begun: Begun, gate: Path
) -> None:
    before = cluster.submissions()
    killed(begun())
    gate.unlink()
    wait_for(lambda: not cluster.jobs(), "all jobs have ended")
    done = ckp(*COMMAND)
    assert done.returncode == 0, done.stderr
    assert len(cluster.submissions() - before) == 1
    (point,) = points(ckp_home)
    assert len(point["characteristics"]["wall_s"]) == COUNT


@pytest.mark.slow
def test_another_command_takes_nothing_over(
    ckp: Ckp, cluster: Cluster, begun: Begun, gate: Path
) -> None:
    before = cluster.submissions()
    killed(begun())
    gate.unlink()
    told(ckp, "run", "program:it", *SLURM, "--env.OTHER=1", "--repeat=1", "--warmup=0")
    assert len(cluster.submissions() - before) == 2
    assert len(listed(ckp)) == COUNT


@pytest.mark.slow
def test_two_at_once_take_over_each_job_once(
    ckp: Ckp, ckp_home: Path, cluster: Cluster, begun: Begun, gate: Path
) -> None:
    """What one of them does not find it computes anew."""
    killed(begun())
    jobs = {one["id"] for one in listed(ckp)}
    children = [started(ckp_home, *COMMAND) for _ in range(2)]
    wait_for(lambda: all(one["is_waited_for"] for one in listed(ckp)), "they are taken over")
    gate.unlink()
    ends = [ended(one) for one in children]
    assert [code for code, _, _ in ends] == [0, 0], ends
    found = points(ckp_home)
    taken = [one["id"] for point in found for one in point["jobs"]]
    assert len(taken) == len({*taken}) == 2 * COUNT
    assert jobs < {*taken}
    assert [len(one["characteristics"]["wall_s"]) for one in found] == [COUNT] * 2


def test_ctrl_c_cancels(ckp: Ckp, cluster: Cluster, begun: Begun, ckp_home: Path) -> None:
    """Where nobody is there to be asked."""
    code, _, errors = killed(begun(), signal.SIGINT)
    assert code == 130, errors
    assert "Traceback" not in errors
    wait_for(lambda: not cluster.jobs(), "no job is left")
    assert listed(ckp) == []
    assert not [*(ckp_home / "cache" / "runs").iterdir()]


@pytest.mark.slow
def test_a_service_manager_s_stop_cancels(ckp: Ckp, cluster: Cluster, begun: Begun) -> None:
    code, _, errors = killed(begun(), signal.SIGTERM)
    assert code == 128 + signal.SIGTERM
    assert "Traceback" not in errors
    wait_for(lambda: not cluster.jobs(), "no job is left")
    assert listed(ckp) == []


def test_ctrl_c_leaves_them_where_that_is_wanted(
    ckp: Ckp, ckp_home: Path, cluster: Cluster, begun: Begun, gate: Path
) -> None:
    before = cluster.submissions()
    leave = "--launcher.on-interrupt=leave"
    code, _, errors = interrupted_elsewhere(begun(leave))
    assert code == 130
    assert "4 jobs of slurm go on: ckp jobs --attach" in errors
    assert "Traceback" not in errors
    assert len(listed(ckp)) == COUNT
    assert len(cluster.jobs("running")) == COUNT
    ckp("doctor")
    gate.unlink()
    done = ckp("jobs", "--attach")
    assert done.returncode == 0, done.stderr
    assert len(cluster.submissions() - before) == 1
    assert len(points(ckp_home)[-1]["characteristics"]["wall_s"]) == COUNT


@pytest.mark.slow
def test_they_are_cancelled_later(ckp: Ckp, cluster: Cluster, begun: Begun) -> None:
    killed(begun())
    job = listed(ckp)[0]["id"]
    done = ckp("jobs", job, "--cancel")
    assert (done.returncode, done.stdout) == (0, "cancelled 1 job\n")
    wait_for(lambda: len(cluster.jobs("running")) == COUNT - 1, "it has ended")
    assert ckp("jobs", "--cancel").returncode == 0
    wait_for(lambda: not cluster.jobs(), "no job is left")
    assert listed(ckp) == []


@pytest.mark.slow  # Slurm's commands try for 9 s
def test_nothing_is_forgotten_that_cannot_be_cancelled(
    ckp: Ckp, cluster: Cluster, begun: Begun
) -> None:
    killed(begun())
    cluster.end("slurmctld")
    done = ckp("jobs", "--cancel")
    assert done.returncode == 8
    assert "Unable to contact slurm controller" in done.stderr
    cluster.start_controller()
    wait_for(lambda: len(cluster.jobs("running")) == COUNT, "all jobs are there")
    assert len(listed(ckp)) == COUNT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--attach", "--cancel"], "--attach and --cancel exclude each other"),
        (["77"], "ckp knows no job 77"),
        (["--attach"], "there is no job that nobody waits for"),
    ],
)
def test_what_cannot_be_done_with_jobs(ckp: Ckp, words: list[str], said: str) -> None:
    done = ckp("jobs", *words)
    assert done.returncode == 2
    assert said in done.stderr
