"""Builds that are made in a job, where the program will run."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.domain.build_job import BuildJob
from ck_core.domain.job import JobReport, JobState
from ck_core.errors import BuildError, CkpError, RunError, UsageError
from ck_core.system.job_records import kept_jobs
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_plugins_hpc.launching.build_jobs import build_job_by
from ck_plugins_hpc.launching.options import parse_job_options
from ck_plugins_hpc.launching.scripts import HOLD
from ck_plugins_hpc.slurm.manager import Slurm
from experiments.benchmark_kit import measured_program
from hpc.cluster import Cluster
from hpc.fakes.manager import FakeManager
from hpc.launch_kit import SLURM, ended, started, told, wait_for

BUILD = ("--launcher.build=yes",)
RUN = ("run", "program:it", "--repeat=1", "--warmup=0", *SLURM)


@pytest.fixture
def program(add_component: AddComponent, compiled_in: Path) -> Path:
    """``program:it``, of one file of C."""
    meta, files = measured_program()
    return add_component("program", "it", meta, files)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of ckp, for jobs that nobody but the test opens."""
    monkeypatch.setenv("CKP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def opened_by(manager: FakeManager, **options: str) -> BuildJob:
    found = build_job_by(manager, {"build": "yes", **options})
    assert found
    return found


def test_it_is_compiled_in_one_job_and_run_in_the_next(
    ckp: Ckp, program: Path, compiled_in: Path, cluster: Cluster
) -> None:
    before = cluster.submissions()
    done = ckp(*RUN, *BUILD, "--launcher.partition=short")
    assert done.returncode == 0, done.stderr
    builds, runs = sorted(cluster.submissions() - before, key=int)
    assert [one.name for one in compiled_in.iterdir()] == [f"of-{builds}"]
    assert "building it with gcc" in done.stderr
    assert "by slurm short" in done.stderr
    wait_for(lambda: not cluster.jobs(), "the job to build in has ended")
    assert {*cluster.jobs("completed")} >= {builds, runs}


def test_what_is_built_already_needs_no_job(
    ckp: Ckp, program: Path, compiled_in: Path, cluster: Cluster
) -> None:
    assert ckp(*RUN, *BUILD).returncode == 0
    before = cluster.submissions()
    done = ckp(*RUN, *BUILD, "--json")
    assert '"cached": true' in done.stdout
    assert len(cluster.submissions() - before) == 1


def test_a_build_of_another_place_is_not_taken(
    ckp: Ckp, program: Path, compiled_in: Path, cluster: Cluster
) -> None:
    """``-march=native`` means something else there."""
    assert ckp(*RUN).returncode == 0
    assert [one.name for one in compiled_in.iterdir()] == ["of-"]
    assert ckp(*RUN, *BUILD).returncode == 0
    assert len([*compiled_in.iterdir()]) == 2


def test_what_the_compiler_says_there_is_told(ckp: Ckp, program: Path, cluster: Cluster) -> None:
    done = ckp(*RUN, *BUILD, "--flags=-DBROKEN")
    assert done.returncode == 7
    assert "main.c:13:2: error: #error this variant is broken" in done.stderr
    wait_for(lambda: not cluster.jobs(), "the job to build in has ended")


def test_a_build_that_is_interrupted_ends_its_job(
    ckp_home: Path, program: Path, cluster: Cluster
) -> None:
    """While it still waits in the queue as well."""
    cluster.ask("scontrol", "update", "partitionname=short", "state=down")
    try:
        child = started(ckp_home, *RUN, *BUILD, "--launcher.partition=short")
        wait_for(lambda: cluster.jobs("pending"), "a job waits")
        child.send_signal(signal.SIGINT)
        code, _, _ = ended(child)
        assert code == 130
        wait_for(lambda: not cluster.jobs(), "no job is left")
    finally:
        cluster.ask("scontrol", "update", "partitionname=short", "state=up")


@pytest.mark.slow
def test_a_ckp_that_was_killed_leaves_a_job_that_is_built_in_later(
    ckp: Ckp, ckp_home: Path, program: Path, compiled_in: Path, cluster: Cluster
) -> None:
    """It is listed until then."""
    cluster.ask("scontrol", "update", "partitionname=short", "state=down")
    try:
        child = started(ckp_home, *RUN, *BUILD, "--launcher.partition=short")
        wait_for(lambda: cluster.jobs("pending"), "a job waits")
        child.kill()
        ended(child)
    finally:
        cluster.ask("scontrol", "update", "partitionname=short", "state=up")
    (job,) = cluster.jobs()
    (left,) = told(ckp, "jobs")
    assert (left["id"], left["program"]) == (job, "ckp-build-it")
    done = ckp("jobs", "--attach")
    assert done.returncode == 0, done.stderr
    assert [one.name for one in compiled_in.iterdir()] == [f"of-{job}"]
    assert told(ckp, "jobs") == []


@pytest.mark.parametrize("option", ["--launcher.node=2", "--launcher.build=perhaps"])
def test_options_that_make_no_sense_are_told_before_anything_is_built(
    ckp: Ckp, program: Path, compiled_in: Path, option: str
) -> None:
    for launcher in ("slurm", "flux", "mpirun"):
        done = ckp("run", "program:it", f"--launcher={launcher}", option)
        assert done.returncode == 2
        assert option.removeprefix("--launcher.").partition("=")[0] in done.stderr
    assert not [*compiled_in.iterdir()]


def test_mpirun_has_no_jobs_to_build_in(ckp: Ckp, program: Path, compiled_in: Path) -> None:
    done = ckp("run", "program:it", "--launcher=mpirun", *BUILD)
    assert done.returncode == 2
    assert "has no jobs to build in" in done.stderr
    assert not [*compiled_in.iterdir()]


def test_builds_of_other_nodes_are_told_apart() -> None:
    manager = FakeManager()
    kinds: tuple[dict[str, str], ...] = (
        {},
        {"partition": "big"},
        {"constraint": "avx512"},
        {"native": "--gres=gpu:1 -x n1"},
    )
    places = [opened_by(manager, **one).where for one in kinds]
    assert places == ["fake", "fake big", "fake avx512", "fake --gres=gpu:1 -x n1"]
    assert opened_by(manager, tasks="4", time="10").where == "fake"
    assert build_job_by(manager, {"tasks": "4"}) is None
    with pytest.raises(UsageError, match="knows no option 'biuld'"):
        build_job_by(manager, {"biuld": "yes"})


@pytest.mark.usefixtures("home")
def test_one_task_with_its_threads_builds_whatever_the_run_needs() -> None:
    manager = FakeManager()
    job = opened_by(manager, tasks="8", nodes="4", threads="3", pack="5")
    with job.opened("it") as words:
        assert words == ("env", "JOB=1.0", "NODE=fake1", "CPUS=3")
        (batch,) = manager.batches
        assert (batch.options.tasks, batch.options.nodes, batch.count) == (1, 1, 1)
        assert batch.name == "ckp-build-it"
    assert not batch.directory.exists()
    assert manager.cancelled == []


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.CANCELLED])
def test_a_job_of_a_ckp_that_has_gone_is_built_in_while_it_lasts(state: JobState) -> None:
    manager = FakeManager()
    with opened_by(manager).opened("it"):
        (kept,) = kept_jobs()
        kept.file.rename(str(kept.file).replace(f"-{os.getpid()}-", f"-{1 << 22}-"))
        manager.jobs["1.0"] = replace(manager.jobs["1.0"], state=state)
        with opened_by(manager).opened("other") as words:
            goes_on = state is JobState.RUNNING
            assert words[1] == ("JOB=1.0" if goes_on else "JOB=2.0")
            assert len(kept_jobs()) == 1
    assert kept_jobs() == []


@pytest.mark.usefixtures("home")
def test_a_job_that_ends_before_it_began_is_told() -> None:
    manager = FakeManager(fates=[JobState.CANCELLED])
    with (
        pytest.raises(RunError, match=r"fake's job 1\.0 to build in was cancelled"),
        opened_by(manager).opened("it"),
    ):
        pytest.fail("there is none")


@pytest.mark.usefixtures("home")
def test_it_is_cancelled_where_the_build_fails() -> None:
    manager = FakeManager()
    with pytest.raises(KeyboardInterrupt), opened_by(manager).opened("it"):
        raise KeyboardInterrupt
    assert manager.cancelled == ["1.0"]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("state", "told"),
    [
        (JobState.TIMED_OUT, "job 1.0 to build in ran past its time limit"),
        (JobState.RUNNING, "it does not build"),
    ],
)
def test_a_compiler_is_not_blamed_for_a_job_that_ended(state: JobState, told: str) -> None:
    manager = FakeManager()

    def build() -> None:
        with opened_by(manager).opened("it"):
            manager.jobs["1.0"] = JobReport(state=state)
            raise BuildError("it does not build")

    with pytest.raises(CkpError, match=re.escape(told)):
        build()


@pytest.mark.usefixtures("home")
def test_it_waits_for_a_manager_that_is_away_for_a_while() -> None:
    class Away(FakeManager):
        def reports(self, ids: object) -> dict[str, JobReport]:
            self.questions.append(frozenset())
            if len(self.questions) < 3:
                raise RunError("nobody is there")
            return self.jobs

    manager = Away()
    with opened_by(manager).opened("it"):
        assert len(manager.questions) == 3


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("owner", ["has gone", "is done"])
def test_the_script_that_holds_it_ends(owner: str) -> None:
    """Where its file is removed, or is not changed any more: its ckp was killed."""
    manager = FakeManager()
    with opened_by(manager).opened("it"):
        (batch,) = manager.batches
        text = batch.script.read_text().replace("-lt 180", "-lt 2")
        hold = batch.directory / HOLD
        process = subprocess.Popen(["sh", "-c", text])
        if owner == "is done":
            hold.unlink()
            hold.with_name("other").touch()
        assert process.wait(10) == 0
        assert hold.exists() == (owner == "has gone")


def test_slurms_words_bring_its_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build's commands have an environment of their own."""
    monkeypatch.setenv("SLURM_CONF", "/etc/here/slurm.conf")
    monkeypatch.setenv("OF_MINE", "secret")
    words = Slurm().into("12", "n1", parse_job_options({"threads": "4"}, "slurm"))
    assert words[:2] == ["env", "SLURM_CONF=/etc/here/slurm.conf"]
    assert {"--jobid=12", "--cpus-per-task=4"} <= {*words}
    assert not any("secret" in one for one in words)
    assert Path(words[2]).name == "srun"
