"""Runs on a real Slurm: what is measured, recorded and replayed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from ck_core.domain.run import RunRequest
from ck_core.system.processes import clean_environment
from ck_core.testing.executables import write_executable
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_plugins_hpc.mpirun.plugin import run as run_by_mpirun
from experiments.replay_kit import EXPERIMENT, change_point, replayed
from hpc.cluster import Cluster
from hpc.launch_kit import (
    ONCE,
    SLURM,
    TIMER,
    TOLD_NOBODY,
    add_script,
    points,
    repetitions,
    texts_below,
    told,
)

pytestmark = pytest.mark.usefixtures("gcc_only")
DEAD = """\
ClusterName=dead
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=1
AuthType=auth/none
NodeName=n1 CPUs=1
PartitionName=debug Nodes=ALL Default=YES
"""
RECORDED = ("--record", "--record-uoa=mine")


@pytest.fixture
def nothing(add_component: AddComponent) -> None:
    """``program:it``, which does nothing."""
    add_script(add_component, "true")


def test_repetitions_of_a_run_share_a_job(
    ckp: Ckp, add_component: AddComponent, cluster: Cluster
) -> None:
    add_script(add_component, "echo $SLURM_JOB_ID $SLURMD_NODENAME >where")
    before = cluster.submissions()
    found = repetitions(ckp, "--repeat=3", "--launcher.partition=short")
    (submitted,) = cluster.submissions() - before
    assert {one["job"]["id"] for one in found} == {submitted}
    assert [one["job"]["nodes"] for one in found] == [["n1"]] * 3
    assert all(one["wall_s"] > 0 for one in found)
    assert found[0]["observed"]["machine"]["nodes"] == "n1"


def test_a_point_tells_of_its_job(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, cluster: Cluster
) -> None:
    add_script(add_component, "true")
    options = ("--launcher.tasks=1", "--launcher.time=2h", *ONCE, *RECORDED)
    told(ckp, "benchmark", "program:it", *SLURM, *options)
    (point,) = points(ckp_home)
    assert point["choices"]["launcher.time"] == "2h"
    assert point["choices"]["launcher.tasks"] == "1"
    assert point["features"]["launcher"] == "slurm"
    (job,) = point["jobs"]
    assert point["features"]["nodes"] == job["nodes"][0]
    assert point["characteristics"]["queue_s"] == [job["queued_s"]]
    assert "#SBATCH --time=2:00:00" in point["job_script"].splitlines()


def test_no_job_is_told_a_secret_of_the_environment(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, cluster: Cluster, tmp_path: Path
) -> None:
    """Neither its processes nor what Slurm, the record and ckp's own files tell of it."""
    add_script(add_component, f"env >'{tmp_path}/of-program'")
    python = write_executable(tmp_path, "python", f"env >'{tmp_path}/of-job'\nexec python3 \"$@\"")
    options = (*ONCE, *RECORDED, f"--launcher.python={python}")
    told(ckp, "benchmark", "program:it", *SLURM, *options, OF_USER=TOLD_NOBODY)
    job = points(ckp_home)[0]["jobs"][0]["id"]
    assert "SLURM_JOB_ID" in (tmp_path / "of-job").read_text()
    assert not [file for file, text in texts_below(tmp_path).items() if TOLD_NOBODY in text]
    assert TOLD_NOBODY not in cluster.ask("scontrol", "show", "job", job)
    assert TOLD_NOBODY not in cluster.ask("scontrol", "write", "batch_script", job, "-")


@pytest.mark.slow
def test_variables_that_are_given_reach_the_program_by_a_file_of_its_own(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, cluster: Cluster
) -> None:
    """Of which nothing stays; the point tells what was chosen."""
    add_script(add_component, f'test "$CHOSEN" = {TOLD_NOBODY} || exit 9')
    told(ckp, "run", "program:it", *SLURM, "--repeat=1", f"--env.CHOSEN={TOLD_NOBODY}")
    assert not [
        file for file, text in texts_below(ckp_home / "cache").items() if TOLD_NOBODY in text
    ]
    assert TOLD_NOBODY not in cluster.ask("scontrol", "show", "job")


def test_side_by_side_they_are_one_array(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, cluster: Cluster
) -> None:
    add_script(add_component, "true")
    before = cluster.submissions()
    options = ("--jobs=8", "--repeat=8", "--warmup=0", "--no-calibration", *RECORDED)
    told(ckp, "benchmark", "program:it", *SLURM, *options)
    (array,) = cluster.submissions() - before
    (point,) = points(ckp_home)
    assert {one["id"] for one in point["jobs"]} == {f"{array}_{n}" for n in range(8)}
    assert len(point["characteristics"]["kernel_s"]) == 8
    assert {one["nodes"][0] for one in point["jobs"]} > {"n1"}


@pytest.mark.slow
def test_packed_runs_share_a_job(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path, cluster: Cluster
) -> None:
    add_script(add_component, "true")
    before = cluster.submissions()
    options = ("--jobs=5", "--repeat=5", "--launcher.pack=3", "--warmup=0", "--no-calibration")
    told(ckp, "benchmark", "program:it", *SLURM, *options, *RECORDED)
    (array,) = cluster.submissions() - before
    (point,) = points(ckp_home)
    assert {one["id"] for one in point["jobs"]} == {f"{array}_0", f"{array}_1"}
    assert len(point["characteristics"]["wall_s"]) == 5


@pytest.mark.parametrize(
    ("option", "code", "said"),
    [
        ("--launcher.colour=red", 2, "launcher slurm knows no option 'colour'"),
        ("--launcher.tasks=none", 2, "--launcher.tasks=none is no whole number"),
        ("--launcher.partition=nowhere", 8, "invalid partition specified: nowhere"),
        ("--launcher.nodes=99", 8, "More processors requested than permitted"),
        ("--launcher.native=--no-such-switch", 8, "unrecognized option '--no-such-switch'"),
        ("--launcher.native=--time=never", 8, "Invalid --time specification"),
    ],
)
@pytest.mark.usefixtures("nothing")
def test_what_cannot_be_is_said(
    ckp: Ckp, cluster: Cluster, option: str, code: int, said: str
) -> None:
    before = cluster.submissions()
    done = ckp("run", "program:it", *SLURM, option)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert cluster.submissions() == before


@pytest.mark.slow
def test_a_point_is_replayed_on_slurm(
    ckp: Ckp, add_component: AddComponent, cluster: Cluster
) -> None:
    add_script(add_component, "echo same")
    record = ("--record", f"--record-uoa={EXPERIMENT.partition(':')[2]}")
    words = ("--launcher.partition=short", "--launcher.tasks=2", *ONCE, *record)
    told(ckp, "benchmark", "program:it", *SLURM, *words)
    before = cluster.submissions()
    answer = replayed(ckp, 0, "--repeat=1", metrics="kernel_s")
    assert answer["verdict"] == "reproduced"
    assert answer["points"][0]["substitutions"] == []
    shown = [cluster.ask("scontrol", "show", "job", one) for one in cluster.submissions() - before]
    assert ["Partition=short" in one for one in shown if "JobName=ckp-it\n" in one] == [True]


@pytest.mark.usefixtures("nothing")
def test_a_stranger_s_point_starts_nothing_of_its_own(
    ckp: Ckp, cluster: Cluster, tmp_path: Path
) -> None:
    record = ("--record", f"--record-uoa={EXPERIMENT.partition(':')[2]}")
    told(ckp, "benchmark", "program:it", *SLURM, *ONCE, *record)
    ran = tmp_path / "ran"
    evil = write_executable(tmp_path, "python", f": >{ran}")
    before = cluster.submissions()
    for option, value in (("native", f"--wrap=touch {ran}"), ("python", str(evil))):
        change_point(ckp, {"choices": {f"launcher.{option}": value}})
        answer = json.dumps(replayed(ckp, 14, metrics=""))
        assert f"launcher option '{option}=" in answer
        assert "--trust" in answer
    assert (cluster.submissions(), ran.exists()) == (before, False)


@pytest.mark.slow
def test_ranks_of_a_real_mpi(ckp: Ckp, ckp_home: Path) -> None:
    """Without a cluster, by ``mpirun``."""
    allowed = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    launcher = ("--launcher=mpirun", "--launcher.tasks=2")
    options = ("--grid=128", "--sweeps=100", "--repeat=1")
    found = told(ckp, "run", "program:mpi-jacobi", *launcher, *options, **allowed)
    assert found["correct"] is True
    assert found["metrics"]["ranks"]["value"] == 2


@pytest.mark.skipif(shutil.which("ompi_info") is None, reason="needs Open MPI")
def test_an_mpirun_that_is_killed_leaves_nothing_elsewhere(tmp_path: Path) -> None:
    run, elsewhere = tmp_path / ("long-" * 25), tmp_path / "elsewhere"
    run.mkdir()
    elsewhere.mkdir()
    request = RunRequest(
        arguments=("sleep", "30"),
        environment={**clean_environment(), "TMPDIR": str(elsewhere)},
        directory=run,
        timeout_s=2,
        launcher="mpirun",
        launcher_options={"tasks": "2"},
    )
    result = run_by_mpirun(request)
    assert result
    assert result.timed_out
    assert [*run.glob("ompi.*")]
    assert not [*elsewhere.iterdir()]


@pytest.mark.slow
def test_a_task_on_each_node(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path, cluster: Cluster
) -> None:
    """By the manager's own starter where a program brings no MPI."""
    add_script(add_component, f"echo $SLURM_PROCID $SLURMD_NODENAME >>'{tmp_path}/ranks'")
    (found,) = repetitions(ckp, "--launcher.nodes=2", "--repeat=1", "--warmup=0")
    lines = [one.split() for one in (tmp_path / "ranks").read_text().splitlines()]
    assert sorted(rank for rank, _ in lines) == ["0", "1"]
    assert sorted(node for _, node in lines) == sorted(found["job"]["nodes"])
    assert len({node for _, node in lines}) == 2


@pytest.mark.slow
@pytest.mark.usefixtures("nothing")
def test_a_warning_before_the_id_does_no_harm(
    ckp: Ckp,
    cluster: Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = shutil.which("sbatch")
    talks = "echo 'sbatch: 12 partitions are busy'; echo 'sbatch: use short' >&2"
    write_executable(tmp_path / "bin", "sbatch", f'{talks}\nexec {real} "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    before = cluster.submissions()
    (found,) = repetitions(ckp, "--repeat=1", "--warmup=0")
    assert {found["job"]["id"]} == cluster.submissions() - before


@pytest.mark.usefixtures("nothing")
def test_a_submission_without_an_id_is_an_error(
    ckp: Ckp,
    cluster: Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_executable(tmp_path / "bin", "sbatch", "echo all is well")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    done = ckp("run", "program:it", *SLURM)
    assert done.returncode == 8
    assert "sbatch told no job id, but 'all is well'" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [(DEAD, "no Slurm controller answers: Slurmctld"), ("", "SLURM_CONF names /")],
    ids=["dead controller", "no configuration"],
)
@pytest.mark.usefixtures("nothing")
def test_no_controller(ckp: Ckp, tmp_path: Path, text: str, said: str) -> None:
    """At once, though Slurm's own commands try for 9 and 60 s."""
    if shutil.which("scontrol") is None:
        pytest.skip("needs Slurm's commands")
    configuration = tmp_path / "slurm.conf"
    if text:
        configuration.write_text(text)
    done = ckp("run", "program:it", *SLURM, SLURM_CONF=str(configuration), timeout=8)
    assert done.returncode == 8
    assert said in done.stderr
    assert "ckp detect soft --tags=slurm" in done.stderr


def test_no_slurm(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_script(add_component, "true")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("SLURM_CONF", raising=False)
    done = ckp("run", "program:it", *SLURM)
    assert done.returncode == 8
    assert "sbatch cannot be started" in done.stderr


@pytest.mark.slow
def test_names_that_shells_and_slurm_would_change(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path, cluster: Cluster
) -> None:
    home = tmp_path / """a 'b' "c" %j $HOME"""
    name = "it's 100% %A"
    source = add_script(add_component, "exit 3", name)
    shutil.copytree(source, home / "repos" / "local" / "program" / name)
    words = (f"program:{name}", *SLURM, "--repeat=1", "--warmup=0")
    done = ckp("run", *words, CKP_HOME=str(home))
    assert done.returncode == 8
    assert "exited with status 3" in done.stderr
    (home / "repos" / "local" / "program" / name / "run.sh").write_text(TIMER)
    (found,) = told(ckp, "run", *words, CKP_HOME=str(home))["repetitions"]
    assert found["exit_status"] == 0
    (output,) = (home / "cache" / "jobs").rglob(f"{found['job']['id']}.out")
    assert output.is_file(), "what jobs say is found there"
