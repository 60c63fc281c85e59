"""Flux as its own tool tells it. The version was printed by a real one; the lines of resources and
queues are in the format that is asked for.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from hpc.detect_kit import detected, fake, only_path, telling, the_one, told_json

VERSION = """commands:    \t\t0.88.0
libflux-core:\t\t0.88.0
broker:  \t\t0.88.0
FLUX_URI:\t\tlocal:///home/user-DJNTdx/local-0
build-options:\t\t+systemd+hwloc.api==2.8.0+zmq==4.3.4
"""
RESOURCES = "resource list -n -s up -o {nnodes}|{ncores}|{ngpus}|{nodelist}"
QUEUES = (
    "queue list -n -o {queuem}|{submission}|{scheduling}|{limits.timelimit!F}|{limits.max.nnodes}"
)
NO_INSTANCE = "flux-resource: ERROR: Unable to connect to Flux: broker socket was not found"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return only_path(tmp_path / "bin", monkeypatch)


def flux(place: Path, resources: str, queues: str) -> None:
    answers = {"version": VERSION, RESOURCES: resources, QUEUES: queues}
    fake(place, "flux", {asked: telling(text) for asked, text in answers.items()})


def test_resources_and_queues(place: Path) -> None:
    flux(place, "3|24|2|node[0-2]", "batch*|enabled|started|4h|2\ndebug|disabled|stopped|30m|inf")
    found = the_one("flux")
    assert (found.label, found.problem) == ("flux@0.88.0", "")
    assert [found.environment[f"CKP_FLUX_{one}"] for one in ("NODES", "CORES", "GPUS")] == [
        "3",
        "24",
        "2",
    ]
    batch, debug = told_json(found, "CKP_FLUX_QUEUES")
    assert batch == {
        "name": "batch",
        "is_default": True,
        "is_open": True,
        "is_started": True,
        "time_limit": "4h",
        "node_limit": "2",
    }
    assert (debug["is_default"], debug["is_open"], debug["time_limit"]) == (False, False, "30m")
    assert {"job-manager", "queue-batch", "v0.88"} <= found.tags


def test_without_queues_there_is_one_that_has_no_name(place: Path) -> None:
    flux(place, "1|4|0|here", "|enabled|started|inf|inf")
    found = the_one("job-manager")
    (only,) = told_json(found, "CKP_FLUX_QUEUES")
    assert (only["name"], only["is_default"]) == ("", True)
    assert not [tag for tag in found.tags if tag.startswith("queue-")]


def test_the_instance_s_address_is_not_kept(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUX_URI", "local:///tmp/flux-abc/local-0")
    flux(place, "1|4|0|here", "|enabled|started|inf|inf")
    assert "flux-abc" not in str(the_one("flux").environment)


def test_no_instance_is_the_installation_s_problem(place: Path) -> None:
    answers = {"version": telling(VERSION)}
    fake(place, "flux", answers, otherwise=f"echo '{NO_INSTANCE}' >&2; exit 1")
    found = the_one("flux")
    assert found.version == "0.88.0"
    assert "broker socket was not found" in found.problem
    assert "flux start" in found.problem


def test_another_program_of_that_name(place: Path) -> None:
    fake(place, "flux", {}, otherwise="echo colours a screen at night")
    assert detected("flux") == ()


@pytest.mark.skipif(shutil.which("flux") is None, reason="needs a real Flux")
def test_a_real_one() -> None:
    found = the_one("flux")
    assert found.version
    in_an_instance = "FLUX_URI" in os.environ
    assert bool(found.problem) != in_an_instance
    assert (int(found.environment["CKP_FLUX_CORES"]) > 0) == in_an_instance
