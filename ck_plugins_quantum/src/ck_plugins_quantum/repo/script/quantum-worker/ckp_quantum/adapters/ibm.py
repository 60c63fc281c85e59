"""Real machines of IBM's: ``ibm:NAME``, or ``ibm`` for the least busy one.

The account is where Qiskit keeps it; nothing of it is told or written.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ckp_quantum.adapter import Device, Options
from ckp_quantum.adapters import _qiskit
from ckp_quantum.failure import Failure
from ckp_quantum.importing import sdk
from ckp_quantum.jobs import Job, wait_for

ACCOUNT = "~/.qiskit/qiskit-ibm.json"
TOKEN = "QISKIT_IBM_TOKEN"  # noqa: S105  # the name of a variable


def load(options: Options) -> Device:
    runtime = sdk("qiskit_ibm_runtime")
    _check_account()
    service = _asked("the account", runtime.QiskitRuntimeService)
    backend = _asked(f"backend {options.backend}", lambda: _backend(service, options.detail))
    return _qiskit.device(
        options,
        backend,
        run=lambda circuits, shots, _: _run(runtime, service, backend, circuits, shots),
        most_shots=getattr(backend, "max_shots", None),
        is_remote=True,
    )


def _check_account() -> None:
    """Before the SDK looks for it, which explains itself at length."""
    if os.environ.get(TOKEN) or Path(ACCOUNT).expanduser().is_file():
        return
    raise Failure(
        f"no account of IBM Quantum is here: neither {ACCOUNT} nor the variable {TOKEN}",
        "save one by QiskitRuntimeService.save_account, or take fake:NAME, which is offline",
    )


def _backend(service: Any, name: str) -> Any:
    if not name:
        return service.least_busy(operational=True, simulator=False)
    return service.backend(name)


def _run(
    runtime: Any, service: Any, backend: Any, circuits: Sequence[Any], shots: int
) -> list[dict[str, int]]:
    """Submitted, or found again by its id; then waited for."""
    known = os.environ.get("CKP_QUANTUM_JOB", "")
    if known:
        job = _asked(f"job {known}", lambda: service.job(known))
    else:
        sampler = runtime.SamplerV2(mode=backend)
        job = _asked("the job", lambda: sampler.run(list(circuits), shots=shots))
    found = wait_for(Job(name=job.job_id(), status=lambda: str(job.status()), cancel=job.cancel))
    if found:
        raise Failure(f"job {job.job_id()} is {found}", _reason(job))
    results = _asked(f"the result of job {job.job_id()}", job.result)
    return [_counts(one, place) for place, one in enumerate(_each(results, len(circuits)))]


def _reason(job: Any) -> str:
    message = getattr(job, "error_message", None)
    return str(message() or "") if callable(message) else ""


def _each(results: Any, expected: int) -> list[Any]:
    found = list(results)
    if len(found) != expected:
        raise Failure(f"the service answers {len(found)} results for {expected} circuits")
    return found


def _counts(result: Any, place: int) -> dict[str, int]:
    """All registers together, the last bit first."""
    try:
        return _qiskit.plain(result.join_data().get_counts())
    except Exception as error:  # noqa: BLE001  # whatever was answered
        raise Failure(f"the service answers nonsense for circuit {place}: {error}") from None


def _asked(what: str, ask: Any) -> Any:
    """What the SDK raises becomes one line without the account in it."""
    try:
        return ask()
    except Failure:
        raise
    except Exception as error:  # noqa: BLE001  # of requests, of the SDK, of what it is built on
        raise Failure(
            f"IBM's service does not give {what}: {type(error).__name__}: {error}",
            "is the account right, and the service reachable?",
        ) from None
