"""``ckp jobs``: what an earlier ckp has left with a manager."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ck_core.domain.job import JobRecord
from ck_core.system.files import owned_name
from ck_core.system.job_records import forget_job, keep_job, kept_jobs, take_over
from ck_core.testing.fixtures import AddComponent, Ckp
from experiments.replay_kit import add_program, points
from launchers.far_kit import far

__all__ = ["far"]


def record(job: str = "7", **changes: object) -> JobRecord:
    values = {
        "manager": "far",
        "id": job,
        "key": "k",
        "program": "ckp-it",
        "directory": "/nowhere",
        "script": "/nowhere/job.sh",
        "command_line": ("ckp", "show", "program:it"),
        "called_in": "/",
        "submitted_at": 1.0,
        **changes,
    }
    return JobRecord(**values)  # type: ignore[arg-type]  # as they are


def left(job: str = "7", **changes: object) -> None:
    """By a ckp that has gone."""
    kept = keep_job(record(job, **changes))
    kept.file.rename(kept.file.with_name(of_the_dead(kept.file.name)))


def of_the_dead(name: str) -> str:
    """A name of this process as one of another that has gone."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    return name.replace(f"-{os.getpid()}-", f"-{gone.pid}-")


def test_what_is_left_is_listed(ckp: Ckp, ckp_home: Path, far: Path) -> None:
    left("7")
    left("8", submitted_at=2.0)
    done = ckp("jobs")
    assert done.returncode == 0, done.stderr
    assert "7    far  ckp-it   running" in done.stdout
    assert "8    far  ckp-it   is not known to the manager" in done.stdout
    assert "nobody waits for 2 of them: ckp jobs --attach" in done.stderr
    first, second = json.loads(ckp("jobs", "--json").stdout)
    assert (first["id"], first["state"], first["nodes"]) == ("7", "running", ["n1"])
    assert (second["is_waited_for"], second["command_line"][1]) == (False, "show")


def test_nothing_is_left(ckp: Ckp, ckp_home: Path) -> None:
    assert ckp("jobs").stdout == "no jobs are left\n"
    done = ckp("jobs", "--attach")
    assert done.returncode == 2
    assert "there is no job that nobody waits for" in done.stderr


def test_they_are_cancelled_and_forgotten(ckp: Ckp, ckp_home: Path, far: Path) -> None:
    left("7")
    left("8")
    keep_job(record("9"))  # this process waits for it
    done = ckp("jobs", "--cancel")
    assert done.returncode == 0, done.stderr
    assert "cancelled 2 jobs" in done.stdout
    assert far.read_text().strip() == "cancelled 7 8"
    assert [one.record.id for one in kept_jobs()] == ["9"]


def test_one_of_them_is_named(ckp: Ckp, ckp_home: Path, far: Path) -> None:
    left("7")
    left("8")
    assert ckp("jobs", "8", "--cancel").returncode == 0
    assert [one.record.id for one in kept_jobs()] == ["7"]
    done = ckp("jobs", "11")
    assert done.returncode == 2
    assert "ckp knows no job 11" in done.stderr


def test_those_whose_ckp_was_killed_while_it_submitted_them_are_found(
    ckp: Ckp, ckp_home: Path, far: Path
) -> None:
    """By where they were submitted; what was not submitted is forgotten."""
    left("", number=1, script="/gone/batch-of-7/job.sh")
    left("", script="/gone/batch-of-none/job.sh", submitted_at=2.0)
    found = [(one["id"], one["state"]) for one in json.loads(ckp("jobs", "--json").stdout)]
    assert found == [("7", "running"), ("", "unknown")]
    assert ckp("jobs", "--cancel").returncode == 0
    assert far.read_text().strip() == "cancelled 7"
    assert kept_jobs() == []


def test_what_was_typed_is_typed_again_once(
    ckp: Ckp, ckp_home: Path, tmp_path: Path, add_component: AddComponent
) -> None:
    add_program(add_component, ckp)
    line = ("ckp", "benchmark", "program:it", "--repeat=2", "--no-calibration", "--record")
    left("7", command_line=(*line, "--record-uoa=of-test"), called_in=str(tmp_path))
    left("8", command_line=(*line, "--record-uoa=of-test"), called_in=str(tmp_path))
    done = ckp("jobs", "--attach")
    assert done.returncode == 0, done.stderr
    assert f"in {tmp_path}: ckp benchmark program:it" in done.stderr
    assert len(points(ckp)) == 1


def test_the_place_has_gone(ckp: Ckp, ckp_home: Path, tmp_path: Path) -> None:
    left("7", called_in=str(tmp_path / "gone"))
    done = ckp("jobs", "--attach")
    assert done.returncode == 2
    assert "is gone, where ckp was called" in done.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"id": 7}', "\0", "x" * 2_000_000])
def test_a_file_that_is_no_job(ckp_home: Path, text: str) -> None:
    keep_job(record("9"))
    (ckp_home / "jobs" / "job-other").write_text(text, encoding="utf-8")
    assert [one.record.id for one in kept_jobs()] == ["9"]


def test_only_one_takes_a_job_over(ckp_home: Path) -> None:
    left("7")
    left("8", key="other")
    assert take_over("far", "unheard") is None
    taken = take_over("far", "k")
    assert taken
    assert taken.is_waited_for
    assert take_over("far", "k") is None
    forget_job(taken)
    assert [one.record.id for one in kept_jobs()] == ["8"]


def test_a_job_that_is_waited_for_is_nobody_elses(ckp_home: Path) -> None:
    keep_job(record("9"))
    assert take_over("far", "k") is None


def test_doctor_leaves_what_a_job_may_still_write_into(ckp: Ckp, ckp_home: Path) -> None:
    runs = ckp_home / "cache" / "runs"
    needed, other = (runs / of_the_dead(owned_name("it-")) for _ in range(2))
    for one in (needed, other):
        one.mkdir(parents=True)
    left("7", directory=str(needed / ".job-0"))
    assert ckp("doctor").returncode == 0
    assert needed.exists()
    assert not other.exists()


def test_what_was_typed_is_private(ckp_home: Path) -> None:
    keep_job(record("9"))
    assert (ckp_home / "jobs").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells who has ended")
def test_a_ckp_that_was_killed_waits_for_nothing(ckp_home: Path) -> None:
    """Also before its parent has asked how it ended."""
    kept = keep_job(record("7"))
    gone = subprocess.Popen(["sleep", "60"])
    name = kept.file.name.replace(f"-{os.getpid()}-", f"-{gone.pid}-")
    kept.file.rename(kept.file.with_name(name))
    (found,) = kept_jobs()
    assert found.is_waited_for
    gone.kill()
    os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT)
    assert not found.is_waited_for
    gone.wait()
