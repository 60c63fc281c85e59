"""A run whose worker submits jobs: it writes each down in ckp's records, as a cluster's job is."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from ck_core.domain.job import JobRecord
from ck_core.domain.run import RunRequest, RunResult
from ck_core.errors import CkpError
from ck_core.system.job_records import (
    KeptJob,
    forget_job,
    kept_jobs,
    new_job_file,
    own_jobs,
    take_over,
)
from ck_core.system.measuring import measure
from ck_plugins_quantum.remote.asking import MANAGER, Asking, command_that_asks

RECORD = "CKP_QUANTUM_RECORD"
_BACKEND, _JOB, _PROGRAM, _WAIT = (
    f"CKP_QUANTUM_{name}" for name in ("BACKEND", "JOB", "PROGRAM", "WAIT")
)
_WAIT_S = 3600.0
_ACCOUNT = re.compile(
    r"CKP_QUANTUM_PATIENCE|QISKIT_IBM_\w+|IAM_URL|(HTTPS?|ALL|NO)_PROXY|(https?|all|no)_proxy"
    r"|(REQUESTS|CURL)_CA_BUNDLE|SSL_CERT_(FILE|DIR)"
)
_OF_THE_WORK = ("CKP_QUANTUM_", "CKP_ARG_")
_NOT_OF_IT = frozenset({_JOB, _WAIT, _PROGRAM, "CKP_QUANTUM_TRACEBACK", "CKP_QUANTUM_PATIENCE"})


def is_remote(request: RunRequest) -> bool:
    """Whether the quantum worker runs it, and on a real machine."""
    backend = request.environment.get(_BACKEND, "").partition(":")[0]
    return request.launcher == "local" and backend == MANAGER and _PROGRAM in request.environment


def run_remote(request: RunRequest) -> RunResult:
    """Without warm-ups, each of which would be a job; waiting is not the program's own time.

    Raises:
        StorageError: the run directory, or ckp's records, cannot be written.
    """
    known = {one.file for one in own_jobs()}
    changed = replace(
        request,
        warmups=0,
        timeout_s=request.timeout_s + _wait_s(request.environment),
        environment={
            **_of_the_account(),
            **request.environment,
            RECORD: _asked_of_worker(request),
        },
    )
    try:
        return request.session.run(changed) if request.session else measure(changed)
    except BaseException:  # Ctrl-C: the worker was killed, and could cancel nothing
        _cancel([one for one in own_jobs() if one.file not in known])
        raise


def _of_the_account() -> dict[str, str]:
    """What the SDK looks at to reach its service; ckp gives a program none of it otherwise."""
    return {name: value for name, value in os.environ.items() if _ACCOUNT.fullmatch(name)}


def _wait_s(environment: Mapping[str, str]) -> float:
    with suppress(ValueError):
        return float(environment.get(_WAIT) or _WAIT_S)
    return _WAIT_S


def _asked_of_worker(request: RunRequest) -> str:
    """What it writes down with a job's id; and the job to wait for, where one was left."""
    record = JobRecord(
        manager=MANAGER,
        id="",
        key=_key(request),
        program=request.directory.name.rsplit("-", 3)[0],
        directory="",
        script=shlex.join(command_that_asks(request.environment)),
        command_line=("ckp", *sys.argv[1:]),
        called_in=os.getcwd(),  # noqa: PTH109  # as text
        submitted_at=0.0,
    )
    left = _left(request.environment.get(_JOB, ""), record.key)
    asked = {"prefix": str(new_job_file())[:-8], "record": asdict(record)}
    if left:
        asked |= {"job": left.record.id, "left": str(left.file)}
    return json.dumps(asked)


def _left(named: str, key: str) -> KeptJob | None:
    """A job that nobody waits for: the named one, else one that computes just this."""
    if not named:
        return take_over(MANAGER, key)
    found = [one for one in kept_jobs() if one.record.id == named and not one.is_waited_for]
    return take_over(MANAGER, found[0].record.key) if found else None


def _key(request: RunRequest) -> str:
    """Equal for runs that would submit the same."""
    file = Path(request.environment[_PROGRAM])
    digest = hashlib.sha256(file.read_bytes() if file.is_file() else b"")
    work = {
        name: value.replace(str(request.directory), "")
        for name, value in sorted(request.environment.items())
        if name.startswith(_OF_THE_WORK) and name not in _NOT_OF_IT
    }
    digest.update(json.dumps([file.name, work]).encode())
    return digest.hexdigest()


def _cancel(jobs: Collection[KeptJob]) -> None:
    """Those of a service that does not answer are left: they will be found again."""
    if not jobs:
        return
    names = ", ".join(one.record.id for one in jobs)
    try:
        Asking().cancel({one.record.id for one in jobs})
    except CkpError as problem:
        sys.stderr.write(
            f"ckp: {problem.message}: job {names} goes on; ckp jobs --cancel ends it\n"
        )
        return
    for one in jobs:
        forget_job(one)
    sys.stderr.write(f"ckp: job {names} was cancelled\n")
