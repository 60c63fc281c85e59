"""Jobs on real machines, with a stand-in for the SDK of their service; and accounts."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from ast import literal_eval
from pathlib import Path

import pytest

from quantum.kit import BELL, WORKER, Work

TOKEN = "tok-5f1d8c2e9b7a4460-secret"  # noqa: S105
CRN = "crn:v1:bluemix:public:quantum-computing:us-east:a/0123456789"


@pytest.fixture
def account(worker: Work) -> Work:
    place = worker.home / ".qiskit"
    place.mkdir()
    values = {"default": {"channel": "ibm_quantum_platform", "token": TOKEN, "instance": CRN}}
    (place / "qiskit-ibm.json").write_text(json.dumps(values), encoding="utf-8")
    worker.program(BELL, "bell.qasm")
    worker.variables["CKP_QUANTUM_BACKEND"] = "ibm:fake_torino"
    return worker


def written(directory: Path) -> str:
    files = [one for one in directory.rglob("*") if one.is_file()]
    return "".join(one.read_text(encoding="utf-8", errors="replace") for one in files)


def test_a_job_is_submitted_and_waited_for(account: Work) -> None:
    result = account.run(FAKE_SERVICE="QUEUED RUNNING DONE")
    assert result.returncode == 0, result.stderr
    progress = [one for one in result.stderr.splitlines() if one.startswith("ckp-progress: ")]
    assert [one.rpartition(" ")[2] for one in progress] == ["QUEUED", "RUNNING", "DONE"]
    assert account.told("counts")["counts"].keys() == {"00", "11"}
    assert account.told("timings")["backend"] == "ibm:fake_torino"


def test_a_service_that_is_silent_once(account: Work) -> None:
    account.done(FAKE_SERVICE="QUEUED TIMEOUT DONE")


def test_a_job_that_takes_too_long_is_found_again(account: Work) -> None:
    line = account.refused(FAKE_SERVICE="QUEUED", CKP_QUANTUM_WAIT=1)
    assert line == "job job-1 is still QUEUED; --job job-1 waits for it again"
    counts = literal_eval((account.directory / "jobs/job-1").read_text(encoding="utf-8"))[0]
    (account.directory / "jobs/job-1").write_text(repr((counts, ["DONE"])), encoding="utf-8")
    found = account.done(CKP_QUANTUM_JOB="job-1", FAKE_SERVICE="refuses-nothing").told("counts")
    assert found["counts"] == counts[0]


def test_a_run_that_is_stopped_cancels_its_job(account: Work) -> None:
    process = subprocess.Popen(
        account.command(),
        cwd=account.directory,
        env=account.environment(FAKE_SERVICE="QUEUED"),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    assert "job-1 is QUEUED" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    assert "job job-1 was cancelled" in process.stderr.read()
    assert process.wait(30) == 3
    assert (account.directory / "jobs/cancelled").read_text(encoding="utf-8") == "job-1"


@pytest.mark.parametrize(
    ("variables", "answer"),
    [
        ({"FAKE_SERVICE": "ERROR"}, "job job-1 is ERROR; the machine is cold"),
        ({"FAKE_SERVICE": "CANCELLED"}, "job job-1 is CANCELLED"),
        ({"FAKE_ANSWERS": "nonsense"}, "the service answers nonsense for job job-1"),
        ({"CKP_QUANTUM_JOB": "job-9"}, "IBM's service does not give job job-9"),
        ({"CKP_QUANTUM_SHOTS": "200000"}, "takes 100000 shots at most, not 200000"),
        ({"CKP_QUANTUM_BACKEND": "ibm:nowhere"}, "does not give backend ibm:nowhere"),
        ({"FAKE_SERVICE": "refuses"}, "401 unauthorized for the account"),
    ],
)
def test_what_goes_wrong_is_one_line_without_the_account(
    account: Work, variables: dict[str, str], answer: str
) -> None:
    line = account.refused(**variables)
    assert answer in line
    assert TOKEN not in line
    assert CRN not in line


def test_without_an_account_it_is_said_at_once(account: Work) -> None:
    (account.home / ".qiskit/qiskit-ibm.json").unlink()
    began = time.monotonic()
    line = account.refused()
    assert line.startswith("no account of IBM Quantum is here: neither ~/.qiskit/qiskit-ibm.json")
    assert time.monotonic() - began < 60


def test_nothing_of_the_account_is_told_or_written(account: Work) -> None:
    account.program(
        "import sys\nfrom pathlib import Path\n"
        "def find(machine):\n"
        "    account = Path('~/.qiskit/qiskit-ibm.json').expanduser().read_text()\n"
        "    return {'energy': 1.0, 'said': account}\n",
        function="find",
    )
    result = account.run(CKP_QUANTUM_BACKEND="aer")
    assert result.returncode == 0, result.stderr
    everything = result.stdout + result.stderr + written(account.directory)
    assert "***" in everything
    assert TOKEN not in everything
    assert CRN not in everything


def test_a_token_of_a_variable_is_not_told_either(account: Work) -> None:
    (account.home / ".qiskit/qiskit-ibm.json").unlink()
    account.program(
        "import os\ndef circuit():\n    raise ValueError(os.environ['QISKIT_IBM_TOKEN'])\n"
    )
    line = account.refused(QISKIT_IBM_TOKEN=TOKEN, CKP_QUANTUM_BACKEND="aer")
    assert line.startswith("circuit fails: ValueError: ***")
    shown = account.run(
        QISKIT_IBM_TOKEN=TOKEN, CKP_QUANTUM_BACKEND="aer", CKP_QUANTUM_TRACEBACK="1"
    )
    assert "Traceback" in shown.stderr
    assert TOKEN not in shown.stderr


SOLVER = """
from pathlib import Path
TEXT = Path('bell.qasm').read_text()
def find(machine):
    return {'energy': float(sum(len(machine.counts([TEXT], 10)[0]) for _ in range(3)))}
"""


def test_a_solver_runs_many_jobs_and_goes_on_with_none_of_another(account: Work) -> None:
    account.program(SOLVER, function="find")
    told = account.done(FAKE_SERVICE="DONE").told("solution")["tries"][0]
    assert (told["energy"], told["circuits"]) == (6.0, 3)
    assert (account.directory / "jobs/job-3").is_file()
    for name in ("solution", "timings"):
        (account.directory / f"{name}.json").unlink()
    line = account.refused(CKP_QUANTUM_JOB="job-1")
    assert line == "--job is for one circuit, and this program runs many; leave it out"


def test_a_solver_that_has_waited_too_long_leaves_no_job(account: Work) -> None:
    account.program(SOLVER, function="find")
    line = account.refused(FAKE_SERVICE="QUEUED", CKP_QUANTUM_WAIT=1)
    assert line.startswith("job job-1 was still QUEUED and was cancelled: a solver cannot go on")
    assert (account.directory / "jobs/cancelled").read_text(encoding="utf-8") == "job-1"


def test_what_makes_noise_smaller_is_set_where_it_was_asked_for(account: Work) -> None:
    options = account.directory / "jobs/options"
    account.done()
    assert options.read_text(encoding="utf-8").count("True") == 0
    account.done(CKP_QUANTUM_DECOUPLING="yes")
    assert "dynamical_decoupling=namespace(enable=True)" in options.read_text(encoding="utf-8")
    account.done(CKP_QUANTUM_TWIRLING="yes")
    expected = "twirling=namespace(enable_gates=True, enable_measure=True)"
    assert expected in options.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("backend", "why"),
    [("aer", "it is no real machine"), ("fake:manila", "the runtime ignores them")],
)
@pytest.mark.parametrize(
    ("name", "option"), [("DECOUPLING", "--dynamical-decoupling"), ("TWIRLING", "--twirling")]
)
def test_where_it_would_change_nothing_that_is_said(
    account: Work, backend: str, why: str, name: str, option: str
) -> None:
    asked = {"CKP_QUANTUM_BACKEND": backend, f"CKP_QUANTUM_{name}": "yes"}
    line = account.refused(**asked)
    assert line.startswith(f"{option} would change nothing on backend {backend}: {why}")
    account.done(CKP_QUANTUM_BACKEND="aer", **{f"CKP_QUANTUM_{name}": "no"})


PRINTS = """
import os, subprocess, sys
from pathlib import Path
def circuit():
    account = Path('~/.qiskit/qiskit-ibm.json').expanduser().read_text()
    print(account)
    print(account, file=sys.stderr)
    os.write(1, account.encode()[:60])
    os.write(1, account.encode()[60:] + b'eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjF9.c2lnbmF0 written\\n')
    subprocess.run(['echo', account])
    sys.stdout.write('x' * 3_000_000 + account * 9)
    import atexit
    atexit.register(print, account, 'last words')
    {end}
    return Path('bell.qasm').read_text()
"""


@pytest.mark.parametrize("end", ["pass", "raise ValueError(account)", "os.kill(os.getpid(), 9)"])
def test_what_a_program_prints_has_nothing_of_the_account(account: Work, end: str) -> None:
    account.program(PRINTS.replace("{end}", end))
    result = account.run(CKP_QUANTUM_BACKEND="aer")
    assert result.stdout.count("***") >= 8
    assert result.stdout.count("x") >= 3_000_000
    assert "*** written" in result.stdout
    everything = result.stdout + result.stderr
    assert TOKEN not in everything
    assert CRN not in everything
    if end == "pass":
        assert "last words" in result.stdout
        assert result.returncode == 0


def test_without_an_account_nothing_stands_between(worker: Work) -> None:
    worker.program("def circuit():\n    print('plain')\n    open('/proc/self/fd/1', 'w').close()\n")
    result = worker.run()
    assert result.stdout == "plain\n"


def test_a_service_that_hangs_is_given_up(account: Work) -> None:
    """Its SDK has no time limit, and an exception is taken for a reason to ask again."""
    file = account.directory / "patient.py"
    file.write_text(
        f"import sys, time\nsys.path.insert(0, {str(WORKER.parent)!r})\n"
        "from ckp_quantum.patience import within\n"
        "def ask():\n"
        "    while True:\n"
        "        try:\n            time.sleep(60)\n        except Exception:\n            pass\n"
        "try:\n    with within(0.5):\n        ask()\n"
        "except TimeoutError as error:\n    print(error)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.stdout == "there is no answer within 0 s\n"
