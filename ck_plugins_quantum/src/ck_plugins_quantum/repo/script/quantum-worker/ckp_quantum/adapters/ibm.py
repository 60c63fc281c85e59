"""Real machines of IBM's: ``ibm:NAME``, or ``ibm`` for the least busy one.

The account is where Qiskit keeps it; nothing of it is told or written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckp_quantum import records
from ckp_quantum.adapter import Device, Options
from ckp_quantum.adapters import _qiskit
from ckp_quantum.failure import Failure
from ckp_quantum.importing import sdk
from ckp_quantum.jobs import Job, asked, wait_for
from ckp_quantum.patience import PATIENCE_S, within

ACCOUNT = "~/.qiskit/qiskit-ibm.json"
TOKEN = "QISKIT_IBM_TOKEN"  # noqa: S105  # the name of a variable


def load(options: Options) -> Device:
    service = account()
    ask = lambda: _backend(service, options.detail)  # noqa: E731
    backend = _told(f"backend {options.backend}", lambda: _patiently(ask))
    jobs = _Jobs(service, backend, options)
    return _qiskit.device(
        options,
        backend,
        run=lambda circuits, shots, _: jobs.run(circuits, shots),
        most_shots=getattr(backend, "max_shots", None),
        is_remote=True,
    )


def account() -> Any:
    """The service, by the account that is here; raises Failure."""
    runtime = sdk("qiskit_ibm_runtime")
    if not (
        os.environ.get(TOKEN) or Path(ACCOUNT).expanduser().is_file()
    ):  # the SDK is long-winded
        raise Failure(
            f"no account of IBM Quantum is here: neither {ACCOUNT} nor the variable {TOKEN}",
            "save one by QiskitRuntimeService.save_account, or take fake:NAME, which is offline",
        )
    return _told("the account", lambda: _patiently(runtime.QiskitRuntimeService))


def _backend(service: Any, name: str) -> Any:
    if not name:
        return service.least_busy(operational=True, simulator=False)
    return service.backend(name)


@dataclass
class _Jobs:
    """One for each call of ``run``."""

    service: Any
    backend: Any
    options: Options

    def run(self, circuits: Sequence[Any], shots: int) -> list[dict[str, int]]:
        """Submitted, or found again by its id; then waited for."""
        job = self._known() or self._submitted(circuits, shots)
        name = job.job_id()
        waited = Job(name, lambda: str(job.status()), job.cancel, records.may_be_left())
        if found := wait_for(waited):
            records.cross_out(name)
            raise Failure(f"job {name} is {found}", _reason(job))
        results = _told(f"the result of job {name}", lambda: asked(job.result), waited.hint)
        counts = _counts(name, results, len(circuits))
        records.cross_out(name)
        return counts

    def _known(self) -> Any:
        """None where this run submits."""
        known = records.known_job()
        if not known:
            return None
        return _told(f"job {known}", lambda: asked(lambda: self.service.job(known)))

    def _submitted(self, circuits: Sequence[Any], shots: int) -> Any:
        sampler = sdk("qiskit_ibm_runtime").SamplerV2(mode=self.backend)
        _set(sampler, self.options)
        hint = "it may have taken it all the same: look at the jobs of your account"
        ask = lambda: _patiently(lambda: sampler.run(list(circuits), shots=shots))  # noqa: E731
        job = _told("the job", ask, hint)
        records.write_down(job.job_id())
        return job


def _set(sampler: Any, options: Options) -> None:
    """What shall make noise smaller; left to the SDK's own choice where nothing was asked for."""
    if options.decoupling == "yes":
        sampler.options.dynamical_decoupling.enable = True
    if options.twirling == "yes":
        sampler.options.twirling.enable_gates = True
        sampler.options.twirling.enable_measure = True


def _reason(job: Any) -> str:
    message = getattr(job, "error_message", None)
    try:
        return str(_patiently(message) or "") if callable(message) else ""
    except Exception as error:  # noqa: BLE001  # whatever the SDK makes of it
        return f"why, the service does not tell: {error}"


def _counts(name: str, results: Any, expected: int) -> list[dict[str, int]]:
    """All registers together, the last bit first."""
    try:
        found = [_qiskit.plain(one.join_data().get_counts()) for one in results]
    except Exception as error:  # noqa: BLE001  # whatever was answered
        told = f"the service answers nonsense for job {name}: {error}"
        raise Failure(told, f"--job {name} asks for it again") from None
    if len(found) != expected:
        raise Failure(f"the service answers {len(found)} results for {expected} circuits")
    return found


def _patiently(ask: Callable[[], Any]) -> Any:
    with within(PATIENCE_S):
        return ask()


def _told(what: str, ask: Callable[[], Any], hint: str = "") -> Any:
    """What the SDK raises becomes one line without the account in it."""
    try:
        return ask()
    except Failure:
        raise
    except Exception as error:  # noqa: BLE001  # of requests, of the SDK, of what it is built on
        raise Failure(
            f"IBM's service does not give {what}: {type(error).__name__}: {error}",
            hint or "is the account right, and the service reachable?",
        ) from None
