"""Jobs on real machines that nobody waits for, with a stand-in for the SDK: ``ckp jobs``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import Ckp
from quantum.test_program import ONCE, abacus  # noqa: F401  # a fixture, in use
from quantum.test_remote import CRN, TOKEN

BELL = ("run", "program:quantum-circuits", "--circuit=bell", "--backend=ibm:fake_torino", *ONCE)


@pytest.fixture
def service() -> Path:
    """Its jobs and, in ``service``, what it does with those that come."""
    place = Path.home() / ".fake-jobs"
    place.mkdir()
    (place / "service").write_text("QUEUED", encoding="utf-8")
    return place


def listed(ckp: Ckp) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ckp("jobs", "--json").stdout)
    return found


def finish(service: Path, name: str) -> None:
    counts, _ = eval((service / name).read_text(encoding="utf-8"))  # noqa: S307
    (service / name).write_text(repr((counts, ["DONE"])), encoding="utf-8")


def submitted(service: Path) -> int:
    return len([*service.glob("job-*")])


def until(condition: Callable[[], object]) -> None:
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.1)


@pytest.fixture
def left(ckp: Ckp, service: Path) -> str:
    """A job that was waited for in vain."""
    result = ckp(*BELL, "--wait=1")
    assert result.returncode == 8
    assert "job job-1 is still QUEUED; --job job-1 waits for it again" in result.stderr
    return "job-1"


def started(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ck_core", *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)


def test_a_job_that_was_left_is_listed(ckp: Ckp, left: str) -> None:
    (found,) = listed(ckp)
    assert (found["id"], found["manager"], found["state"]) == (left, "ibm", "waiting")
    assert found["program"] == "quantum-circuits"
    assert not found["is_waited_for"]


def test_attach_takes_its_counts_and_submits_nothing(ckp: Ckp, service: Path, left: str) -> None:
    finish(service, left)
    assert listed(ckp)[0]["state"] == "done"
    attached = ckp("jobs", "--attach")
    assert attached.returncode == 0, attached.stderr
    assert "two_qubit_gates" in attached.stdout
    assert submitted(service) == 1
    assert listed(ckp) == []


@pytest.mark.parametrize("words", [(), ("--job=job-1",)])
def test_the_same_command_does_too(
    ckp: Ckp, service: Path, left: str, words: tuple[str, ...]
) -> None:
    finish(service, left)
    assert ckp(*BELL, *words).returncode == 0
    assert submitted(service) == 1
    assert listed(ckp) == []


def test_another_circuit_does_not(ckp: Ckp, service: Path, left: str) -> None:
    (service / "service").write_text("DONE", encoding="utf-8")
    assert ckp(*BELL, "--shots=100").returncode == 0
    assert submitted(service) == 2
    assert [one["id"] for one in listed(ckp)] == [left]


def test_it_takes_over_no_more_than_was_left(ckp: Ckp, service: Path, left: str) -> None:
    """Of two repetitions the second is a job of its own; no job is spent on a warm-up."""
    finish(service, left)
    (service / "service").write_text("DONE", encoding="utf-8")
    assert ckp(*BELL[:-2], "--repeat=2", "--warmup=1").returncode == 0
    assert submitted(service) == 2


def test_cancel_ends_it(ckp: Ckp, service: Path, left: str) -> None:
    assert ckp("jobs", "--cancel").stdout == "cancelled 1 job\n"
    assert (service / "cancelled").read_text(encoding="utf-8") == left
    assert listed(ckp) == []


def test_a_job_that_the_service_has_forgotten(ckp: Ckp, service: Path, left: str) -> None:
    (service / left).unlink()
    assert listed(ckp)[0]["state"] == "unknown"
    assert ckp("jobs", "--cancel").returncode == 0
    assert listed(ckp) == []


def test_a_service_that_refuses_is_told(ckp: Ckp, service: Path, left: str) -> None:
    (service / "service").write_text("refuses", encoding="utf-8")
    shown = ckp("jobs")
    assert left in shown.stdout
    assert (
        "IBM's service was asked in vain: IBM's service does not give the account" in shown.stderr
    )
    assert TOKEN not in shown.stderr
    assert CRN not in shown.stderr
    assert ckp("jobs", "--cancel").returncode != 0
    (service / "service").write_text("QUEUED", encoding="utf-8")
    assert [one["id"] for one in listed(ckp)] == [left]


@pytest.mark.parametrize("word", ["ERROR", "CANCELLED"])
def test_a_job_that_came_to_nothing_is_forgotten(ckp: Ckp, service: Path, word: str) -> None:
    (service / "service").write_text(f"QUEUED {word}", encoding="utf-8")
    result = ckp(*BELL)
    assert f"job job-1 is {word}" in result.stderr
    assert listed(ckp) == []


def test_a_ckp_that_is_killed_leaves_its_job(ckp: Ckp, ckp_home: Path, service: Path) -> None:
    process = started(*BELL)
    until(lambda: [*(ckp_home / "jobs").glob("job-*")])
    assert listed(ckp)[0]["is_waited_for"]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not listed(ckp)[0]["is_waited_for"]
    finish(service, "job-1")
    assert ckp("jobs", "--attach").returncode == 0
    assert submitted(service) == 1


def test_ctrl_c_cancels_it(ckp: Ckp, ckp_home: Path, service: Path) -> None:
    """ckp kills the worker, which can cancel nothing then: ckp does."""
    process = started(*BELL)
    until(lambda: [*(ckp_home / "jobs").glob("job-*")])
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "ckp: job job-1 was cancelled" in told
    assert (service / "cancelled").read_text(encoding="utf-8") == "job-1"
    assert listed(ckp) == []


def test_the_account_reaches_a_real_machine(
    ckp: Ckp, service: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a variable, too: ckp gives programs none that it does not know."""
    (service / "service").write_text("DONE", encoding="utf-8")
    (Path.home() / ".qiskit/qiskit-ibm.json").unlink()
    assert "no account of IBM Quantum is here" in ckp(*BELL).stderr
    monkeypatch.setenv("QISKIT_IBM_TOKEN", TOKEN)
    result = ckp(*BELL)
    assert result.returncode == 0, result.stderr


def test_resilience_is_varied_where_it_has_an_effect(ckp: Ckp) -> None:
    asked = ("autotune", "program:quantum-circuits", "--cmd-key=qft", "--list")
    here = ckp(*asked)
    assert "CKP_QUANTUM_LAYOUT" in here.stdout
    assert "CKP_QUANTUM_TWIRLING" not in here.stdout
    there = ckp(*asked, "--backend=ibm:fake_torino").stdout
    assert "CKP_QUANTUM_TWIRLING" in there
    assert "CKP_QUANTUM_DECOUPLING" in there
