"""A launcher that runs several programs at once, each with a supervisor of its own, as a job."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.fake_distribution import install_fake

FAR = """
import os
import shutil
import time
from dataclasses import replace
from threading import Lock

from ck_core import hookimpl
from ck_core.domain.job import Job, JobReport, JobState
from ck_core.errors import UsageError
from ck_core.system.measuring import measured_result, measurement_asked
from ck_core.system.supervisor_process import SupervisorProcess

LOCK, RUNNING, NUMBERS = Lock(), [], []


@hookimpl
def run(request):
    if request.launcher != "far":
        return None
    if "bad" in request.launcher_options:
        raise UsageError("launcher far knows no option 'bad'")
    with LOCK:
        NUMBERS.append(len(NUMBERS))
        number = NUMBERS[-1]
        RUNNING.append(number)
        with open(os.environ["FAR_LOG"], "a") as log:
            told = ",".join(f"{k}={v}" for k, v in sorted(request.launcher_options.items()))
            log.write(f"{len(RUNNING)} {told}\\n")
    try:
        time.sleep(float(os.environ.get("FAR_SLEEPS", "0.2")))
        supervisor, program = SupervisorProcess(), shutil.which(request.arguments[0])
        asked = measurement_asked(request, program, first=1000 * number, parent=os.getpid())
        result = measured_result(request, supervisor.ask(asked))
        supervisor.close()
        job = Job(manager="far", id=str(number), nodes=("n1",), queued_s=0.2, script="#!/bin/sh")
        repetitions = tuple(replace(one, job=job) for one in result.repetitions)
        return replace(result, repetitions=repetitions)
    finally:
        with LOCK:
            RUNNING.remove(number)


class Manager:
    def reports(self, ids):
        return {one: JobReport(state=JobState.RUNNING, nodes=("n1",)) for one in ids if one == "7"}

    def cancel(self, ids):
        with open(os.environ["FAR_LOG"], "a") as log:
            log.write(f"cancelled {' '.join(sorted(ids))}\\n")

    def submitted_from(self, directory):
        return ["5", "7"] if directory.name == "batch-of-7" else []


def job_manager():
    return Manager()
"""


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its log: how many were running, and what each was told."""
    install_fake(tmp_path / "site", "far", FAR)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.setenv("FAR_LOG", str(tmp_path / "log"))
    return tmp_path / "log"


def most_at_once(log: Path) -> int:
    """Of all that were run."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return max(int(line.split()[0]) for line in lines if line[0].isdigit())
