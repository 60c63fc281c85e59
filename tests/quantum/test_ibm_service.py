"""IBM's own SDK, over HTTP, against a local stand-in for its service (``ibm_service.py``)."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from quantum.kit import BELL, Work
from quantum.sdks import Sdks
from quantum.test_remote import written

pytestmark = pytest.mark.slow
Real = Callable[..., Work]
KEY = "tok-5f1d8c2e9b7a4460-secret"
CRN = "crn:v1:bluemix:public:quantum-computing:us-east:a/0123456789abcdef:5dd7b2a0::"
SERVICE = Path(__file__).with_name("ibm_service.py")
FOR_EVER = 1000


@dataclass(frozen=True)
class Service:
    """Attributes: directory: see ``ibm_service.py``."""

    directory: Path

    def play(self, *states: str, faults: list[dict[str, Any]] | None = None) -> None:
        """What jobs will do, and which requests go wrong."""
        values = {"api_key": KEY, "crn": CRN, "states": states, "faults": faults or []}
        partial = self.directory / "script.part"
        partial.write_text(json.dumps(values), encoding="utf-8")
        partial.replace(self.directory / "script.json")
        (self.directory / "requests").write_text("", encoding="utf-8")

    def asked(self, request: str) -> int:
        lines = (self.directory / "requests").read_text(encoding="utf-8").splitlines()
        return sum(one.startswith(request) for one in lines)

    def jobs(self) -> list[Path]:
        return sorted((self.directory / "jobs").glob("*.json"))

    def finish(self, job: Path) -> None:
        known = json.loads(job.read_text(encoding="utf-8"))
        job.write_text(json.dumps(known | {"states": ["Completed"]}), encoding="utf-8")

    @property
    def account(self) -> dict[str, Any]:
        """Every host is reached by way of this one: that is what a proxy is."""
        proxy = f"http://127.0.0.1:{(self.directory / 'port').read_text(encoding='utf-8')}"
        known = {"channel": "ibm_quantum_platform", "token": KEY, "instance": CRN}
        return known | {"url": "http://cloud.test", "proxies": {"urls": {"http": proxy}}}


@pytest.fixture(scope="module")
def running(sdks: Sdks, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("service")
    python = sdks.variables("qiskit", "2.6.2")["CKP_QUANTUM_PYTHON"]
    service = Service(directory)
    service.play("Completed")
    process = subprocess.Popen([python, str(SERVICE), str(directory)])
    try:
        until((directory / "port").exists)
        yield service
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def service(running: Service) -> Service:
    for job in running.jobs():
        job.unlink()
    running.play("Queued", "Running", "Completed")
    return running


@pytest.fixture
def worker(service: Service, real: Real) -> Work:
    work = real("qiskit", "2.6.2")
    (work.home / ".qiskit").mkdir()
    account = json.dumps({"default-ibm-quantum-platform": service.account})
    (work.home / ".qiskit/qiskit-ibm.json").write_text(account, encoding="utf-8")
    work.program(BELL, "bell.qasm")
    work.variables |= {
        "CKP_QUANTUM_BACKEND": "ibm:fake_manila",
        "IAM_URL": "http://iam.cloud.test",
        "CKP_QUANTUM_PATIENCE": "4",
    }
    return work


def until(condition: Callable[[], object]) -> None:
    limit = time.monotonic() + 240
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.1)


def fault(
    kind: str, method: str, path: str, times: int = FOR_EVER, **more: object
) -> dict[str, Any]:
    return {"kind": kind, "method": method, "path": path, "times": times, **more}


@pytest.mark.parametrize("backend", ["ibm:fake_manila", "ibm"])
def test_a_job_is_submitted_polled_and_counted(
    worker: Work, service: Service, backend: str
) -> None:
    result = worker.run(CKP_QUANTUM_BACKEND=backend, CKP_QUANTUM_TWIRLING="yes")
    assert result.returncode == 0, result.stderr
    progress = [one for one in result.stderr.splitlines() if one.startswith("ckp-progress: ")]
    assert [one.rpartition(" ")[2] for one in progress] == ["QUEUED", "RUNNING", "DONE"]
    counts = worker.told("counts")["counts"]
    assert counts.keys() == {"00", "11"}
    assert sum(counts.values()) == 1024
    (job,) = service.jobs()
    options = json.loads(job.read_text(encoding="utf-8"))["options"]
    assert options == {"twirling": {"enable_gates": True, "enable_measure": True}}
    everything = result.stdout + result.stderr + written(worker.directory)
    assert KEY not in everything
    assert CRN not in everything


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_that_is_stopped_cancels_its_job(
    worker: Work, service: Service, number: signal.Signals
) -> None:
    service.play("Queued")
    process = subprocess.Popen(
        worker.command(),
        cwd=worker.directory,
        env=worker.environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: service.asked("GET quantum /jobs/"))
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "was cancelled, for this run was stopped" in told
    assert service.asked(f"POST quantum /jobs/{service.jobs()[0].stem}/cancel") == 1


def test_a_job_that_was_left_is_waited_for_again(worker: Work, service: Service) -> None:
    service.play("Queued")
    line = worker.refused(CKP_QUANTUM_WAIT=2)
    (job,) = service.jobs()
    assert line == f"job {job.stem} is still QUEUED; --job {job.stem} waits for it again"
    service.finish(job)
    counts = worker.done(CKP_QUANTUM_JOB=job.stem).told("counts")["counts"]
    assert sum(counts.values()) == 1024
    assert len(service.jobs()) == 1


@pytest.mark.parametrize("kind", ["hang", "drop", "html", "truncated", "other", "503"])
def test_a_service_that_goes_wrong_once_is_asked_again(
    worker: Work, service: Service, kind: str
) -> None:
    service.play("Completed", faults=[fault(kind, "GET", "", 1, within="/jobs")])
    worker.done()
    assert len(service.jobs()) == 1


@pytest.mark.parametrize(
    ("faults", "answer"),
    [
        ([fault("hang", "GET", "", within="/jobs")], "the service does not tell how job"),
        ([fault("html", "GET", "", within="/jobs")], "the service does not tell how job"),
        ([fault("other", "GET", "", within="/jobs")], "the service does not tell how job"),
        ([fault("truncated", "GET", "/results")], "the service answers nonsense for job"),
        ([fault("html", "GET", "/results")], "the service answers nonsense for job"),
        ([fault("hang", "GET", "/results")], "does not give the result of job"),
        ([fault("hang", "POST", "/jobs")], "TimeoutError: there is no answer within 4 s"),
        ([fault("html", "POST", "/jobs")], "it may have taken it all the same"),
        ([fault("403", "POST", "/jobs")], "does not give the job: IBMRuntimeError"),
        ([fault("html", "GET", "/configuration")], "does not give backend ibm:fake_manila"),
        ([fault("hang", "GET", "/backends")], "does not give the account: TimeoutError"),
        ([fault("html", "POST", "/token")], "does not give"),
        ([fault("401", "GET", "", within="/jobs")], "401"),
    ],
)
def test_a_service_that_goes_wrong_for_ever_is_one_line(
    worker: Work, service: Service, faults: list[dict[str, Any]], answer: str
) -> None:
    service.play("Completed", faults=faults)
    line = worker.refused()
    assert answer in line
    everything = line + written(worker.directory)
    assert KEY not in everything
    assert CRN not in everything


def test_a_job_that_fails_tells_why(worker: Work, service: Service) -> None:
    service.play("Queued", "Failed")
    line = worker.refused()
    assert "is ERROR" in line
    assert "the machine is cold" in line


@pytest.mark.parametrize("change", [{"token": "tok-another-0123456789"}, {"instance": f"{CRN}x"}])
def test_a_wrong_account_is_told_without_its_words(
    worker: Work, service: Service, change: dict[str, str]
) -> None:
    file = worker.home / ".qiskit/qiskit-ibm.json"
    account = json.dumps({"default-ibm-quantum-platform": service.account | change})
    file.write_text(account, encoding="utf-8")
    result = worker.run(CKP_QUANTUM_PATIENCE="60")
    assert result.returncode == 3
    assert "ckp-quantum: IBM's service does not give the account" in result.stderr
    for word in (KEY, CRN, *change.values()):
        assert word not in result.stdout + result.stderr
    assert service.jobs() == []


def test_backends_and_jobs_that_are_not_there(worker: Work) -> None:
    assert "does not give backend ibm:nowhere" in worker.refused(CKP_QUANTUM_BACKEND="ibm:nowhere")
    line = worker.refused(CKP_QUANTUM_JOB="d0000000000000000000")
    assert "does not give job d0000000000000000000: RuntimeJobNotFound" in line
