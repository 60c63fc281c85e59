"""Slurm as its own tools tell it; what is printed here a Slurm 22.05 has printed."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ck_plugins_hpc.detect.plugin
from ck_core.testing.checks import check_plugin
from ck_core.testing.fixtures import Ckp
from ck_plugins_hpc.detect.slurm import read_partitions
from hpc.detect_kit import detected, fake, only_path, telling, the_one, told_json

UP = "Slurmctld(primary) at head is UP"
DOWN = "Slurmctld(primary) at head is DOWN"
CONFIG = """Configuration data as of 2026-11-26T06:41:38
AccountingStorageHost   = localhost
AccountingStorageType   = accounting_storage/none
BOOT_TIME               = 2026-11-26T06:41:38
ClusterName             = mini
InteractiveStepOptions  = --interactive --preserve-env --pty $SHELL
MaxArraySize            = 1001
"""
PARTITIONS = (
    "PartitionName=short AllowGroups=ALL Default=NO QoS=N/A DefaultTime=NONE MaxNodes=1 "
    "MaxTime=00:01:00 Nodes=n1 State=DRAIN TotalCPUs=2 TotalNodes=1 TRES=cpu=2,mem=2000M,node=1\n"
    "PartitionName=debug AllowGroups=ALL Default=YES QoS=N/A DefaultTime=NONE MaxNodes=UNLIMITED "
    "MaxTime=UNLIMITED Nodes=n[1-2] State=UP TotalCPUs=4 TotalNodes=2 TRES=cpu=4,node=2\n"
)
MPI_KINDS = """MPI plugin types are...
\tpmix
\tnone
\tpmi2
specific pmix plugin versions available: pmix_v4
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return only_path(tmp_path / "bin", monkeypatch)


def slurm(place: Path, *, ping: str = UP, config: str = CONFIG) -> None:
    fake(place, "sbatch", {"--version": "echo 'slurm-wlm 22.05.8'"})
    fake(place, "srun", {"--mpi=list": telling(MPI_KINDS)})
    answers = {"ping": telling(ping), "show config": telling(config)}
    fake(place, "scontrol", {**answers, "show partition --oneliner": telling(PARTITIONS)})


def test_ckp_accepts_the_plugin() -> None:
    assert check_plugin(ck_plugins_hpc.detect.plugin) == ("detect",)


def test_version_partitions_and_limits(place: Path) -> None:
    slurm(place)
    found = the_one("slurm")
    assert (found.label, found.path, found.problem) == ("slurm@22.05.8", place / "sbatch", "")
    debug, short = told_json(found, "CKP_SLURM_PARTITIONS")  # the default one first
    assert debug == {
        "name": "debug",
        "is_default": True,
        "state": "UP",
        "nodes": 2,
        "cpus": 4,
        "time_limit": "UNLIMITED",
        "node_limit": "UNLIMITED",
    }
    assert (short["name"], short["state"], short["is_default"]) == ("short", "DRAIN", False)
    assert (short["time_limit"], short["node_limit"]) == ("00:01:00", "1")
    assert found.environment["CKP_SLURM_CLUSTER"] == "mini"
    assert found.environment["CKP_SLURM_LARGEST_ARRAY"] == "1001"
    assert found.environment["CKP_SLURM_MPI"] == "pmix,pmi2"
    assert {"job-manager", "partition-debug", "v22.05"} <= found.tags


def test_accounting(place: Path) -> None:
    slurm(place)
    assert "accounting" not in the_one("slurm").tags
    slurm(place, config=CONFIG.replace("storage/none", "storage/slurmdbd"))
    found = the_one("slurm")
    assert "accounting" in found.tags
    assert found.environment["CKP_SLURM_ACCOUNTING"] == "accounting_storage/slurmdbd"


def test_a_dead_controller_is_the_installation_s_problem(place: Path) -> None:
    slurm(place, ping=DOWN)
    found = the_one("slurm")
    assert found.version == "22.05.8"
    assert "the controller does not answer (Slurmctld(primary) at head is DOWN)" in found.problem
    assert "ckp detect soft --tags=slurm" in found.problem
    assert told_json(found, "CKP_SLURM_PARTITIONS") == []


def test_a_second_controller_serves(place: Path) -> None:
    slurm(place, ping=f"{DOWN}\n{UP.replace('primary', 'backup')}")
    assert the_one("slurm").problem == ""


def test_a_wrong_configuration_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "sbatch: fatal: Could not establish a configuration source"
    fake(place, "sbatch", {}, otherwise=f"echo '{said}' >&2; exit 1")
    monkeypatch.setenv("SLURM_CONF", "/elsewhere/slurm.conf")
    found = the_one("slurm")
    assert (found.version, found.environment["SLURM_CONF"]) == ("", "/elsewhere/slurm.conf")
    assert said in found.problem
    assert "SLURM_CONF" in found.problem


@pytest.mark.slow
def test_a_controller_that_never_answers_does_not_hang(place: Path) -> None:
    slurm(place)
    fake(place, "scontrol", {}, otherwise="exec sleep 60")
    began = time.monotonic()
    assert "no answer within 5 s" in the_one("slurm").problem
    assert time.monotonic() - began < 30


def test_another_program_of_that_name(place: Path) -> None:
    fake(place, "sbatch", {}, otherwise="echo sends a batch of mail")
    assert detected("slurm") == ()


def test_it_is_not_asked_where_something_else_is_needed(place: Path, tmp_path: Path) -> None:
    fake(place, "sbatch", {}, otherwise=f"touch {tmp_path}/asked")
    assert detected("compiler", "lang-c") == ()
    assert detected("lib", "zlib") == ()
    assert not (tmp_path / "asked").exists()
    detected("job-manager")
    assert (tmp_path / "asked").exists()


@given(st.text())
def test_whatever_is_printed_partitions_have_names_and_counts(text: str) -> None:
    for one in read_partitions(f"{text}\nPartitionName={text} TotalNodes={text}"):
        assert one.name
        assert one.nodes >= 0


@pytest.mark.skipif(shutil.which("scontrol") is None, reason="needs Slurm's commands")
def test_a_real_one_without_a_controller(
    tmp_path: Path, ckp: Ckp, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = tmp_path / "slurm.conf"
    lines = ("ClusterName=none", "SlurmctldHost=localhost(127.0.0.1)", "SlurmctldPort=1")
    configuration.write_text("\n".join([*lines, "AuthType=auth/none", ""]))
    monkeypatch.setenv("SLURM_CONF", str(configuration))
    found = the_one("slurm")
    assert found.version
    assert "the controller does not answer" in found.problem
    done = ckp("detect", "soft:hpc.slurm", "--json")
    assert done.returncode == 0
    assert "the controller does not answer" in done.stdout
