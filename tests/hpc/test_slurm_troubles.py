"""What goes wrong on a cluster, made to happen on a real Slurm."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ck_core.testing.executables import write_executable
from ck_core.testing.fixtures import AddComponent, Ckp
from hpc.cluster import Cluster
from hpc.launch_kit import SLURM, add_script, ended, repetitions, started, wait_for

pytestmark = pytest.mark.usefixtures("gcc_only")
LIES = """\
import runpy, sys, time
now = time.time
time.time = lambda: now() + 1e8
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
RUN = ("run", "program:it", *SLURM, "--repeat=1", "--warmup=0")


@pytest.fixture
def running(
    add_component: AddComponent, ckp_home: Path, cluster: Cluster
) -> Callable[..., tuple[subprocess.Popen[str], str]]:
    """``running(script)`` begins ``ckp run program:it`` and answers it and the id of its job."""

    def begin(script: str, *options: str) -> tuple[subprocess.Popen[str], str]:
        add_script(add_component, script)
        child = started(ckp_home, *RUN, *options)
        wait_for(lambda: cluster.jobs("running"), "a job runs")
        return child, cluster.jobs("running")[0]

    return begin


Running = Callable[..., tuple[subprocess.Popen[str], str]]


@pytest.mark.slow
def test_a_program_that_a_signal_ends(
    ckp: Ckp, add_component: AddComponent, cluster: Cluster
) -> None:
    add_script(add_component, "kill -SEGV $$")
    done = ckp("run", "program:it", *SLURM)
    assert done.returncode == 8
    assert "was killed by signal 11 (SIGSEGV)" in done.stderr


@pytest.mark.slow
def test_a_job_that_a_signal_ends(running: Running, cluster: Cluster) -> None:
    """Whoever measured is gone: the manager alone tells of it."""
    child, job = running("sleep 30")
    wait_for(lambda: cluster.processes("inside.py"), "somebody measures")
    for one in cluster.processes("inside.py"):
        os.kill(one, signal.SIGKILL)
    code, _, errors = ended(child)
    assert code == 8
    assert f"was not measured: slurm job {job} was killed by signal 9\n" in errors


@pytest.mark.slow
def test_a_job_that_somebody_cancels(running: Running, cluster: Cluster) -> None:
    child, job = running("sleep 30")
    cluster.ask("scancel", job)
    code, _, errors = ended(child)
    assert code == 8
    assert f"slurm job {job} was cancelled" in errors


@pytest.mark.slow
def test_more_memory_than_was_asked_for(
    ckp: Ckp, add_component: AddComponent, cluster: Cluster
) -> None:
    add_script(
        add_component, "python3 -c 'x = bytearray(300 << 20); __import__(\"time\").sleep(9)'"
    )
    done = ckp("run", "program:it", *SLURM, "--launcher.memory=60M", "--warmup=0")
    assert done.returncode == 8
    assert "ran out of memory" in done.stderr
    assert "exceeded memory limit" in done.stderr


@pytest.mark.slow  # Slurm looks at limits every half minute
def test_a_job_that_runs_past_its_limit(running: Running, cluster: Cluster) -> None:
    child, job = running("sleep 300", "--launcher.time=5:00")
    cluster.ask("scontrol", "update", f"jobid={job}", "EndTime=now+1")
    code, _, errors = ended(child)
    assert code == 9, errors
    assert f"slurm job {job} ran past its time limit (TimeLimit)" in errors, errors.splitlines()


@pytest.mark.slow
def test_a_node_that_is_drained_ends_what_it_runs(running: Running, cluster: Cluster) -> None:
    child, job = running("sleep 1")
    node = cluster.ask("squeue", "--noheader", f"--jobs={job}", "--format=%N").strip()
    cluster.ask("scontrol", "update", f"nodename={node}", "state=drain", "reason=test")
    code, output, errors = ended(child)
    assert code == 0, errors
    assert "run again" not in output
    assert job in cluster.jobs("completed")


def test_a_run_whose_node_is_lost_is_run_again(
    running: Running, tmp_path: Path, cluster: Cluster
) -> None:
    """On another, and its result tells of it."""
    mark = tmp_path / "tried"
    child, job = running(f"test -e '{mark}' && exit; : >'{mark}'; sleep 60")
    wait_for(mark.exists, "the program has begun")
    node = cluster.ask("squeue", "--noheader", f"--jobs={job}", "--format=%N").strip()
    cluster.lose(node)
    cluster.ask("scontrol", "update", f"nodename={node}", "state=down", "reason=test")
    code, output, errors = ended(child)
    assert code == 0, errors
    assert f"job {job} lost its node: run again" in output
    assert job in cluster.jobs("node_fail")


@pytest.mark.slow  # Slurm's commands try for 9 s
def test_a_controller_that_dies_and_comes_back(
    add_component: AddComponent, ckp_home: Path, cluster: Cluster
) -> None:
    """While one run is on its way and others are still to be submitted: nothing is lost."""
    add_script(add_component, "sleep 9")
    options = ("--repeat=3", "--warmup=0", "--no-calibration", "--json")
    child = started(ckp_home, "benchmark", "program:it", *SLURM, *options)
    wait_for(lambda: cluster.jobs("running"), "a job runs")
    began = time.time()
    wait_for(lambda: cluster.saved_at > began, "Slurm has written down that it runs")
    cluster.end("slurmctld", signal.SIGKILL)
    time.sleep(12)
    cluster.start_controller()
    code, output, errors = ended(child)
    assert code == 0, errors
    (variant,) = json.loads(output)["variants"]
    assert len(variant["point"]["characteristics"]["kernel_s"]) == 3


@pytest.mark.slow
def test_answers_that_are_seen_late(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path, cluster: Cluster
) -> None:
    """As on a shared file system, long after the manager has told of the job's end."""
    add_script(add_component, "true")
    late = '(sleep 3; mv "$of/late" "$of/answers.jsonl") >/dev/null 2>&1 &'
    entry = 'of=$(grep -o \'/[^"]*/.job-[0-9]*\' "$4")'
    hides = f'{entry}\nmv "$of/answers.jsonl" "$of/late"\n{late}'
    python = write_executable(tmp_path, "python", f'python3 "$@"\n{hides}')
    (found,) = repetitions(ckp, "--repeat=1", "--warmup=0", f"--launcher.python={python}")
    assert found["exit_status"] == 0


@pytest.mark.slow
def test_the_controller_s_clock_alone_tells_how_long_a_job_waited(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path, cluster: Cluster
) -> None:
    """A node's may be years away."""
    add_script(add_component, "true")
    place = tmp_path / "lies.py"
    place.write_text(LIES)
    python = write_executable(tmp_path, "python", f"shift 2; exec python3 '{place}' \"$@\"")
    (found,) = repetitions(ckp, "--repeat=1", "--warmup=0", f"--launcher.python={python}")
    assert 0 <= found["monitored"]["queue_s"] < 60
