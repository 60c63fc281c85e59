"""A job that was submitted is written down, so that ``ckp jobs`` knows it whatever happens next.

A variable says where a record shall be, and what it says but for the job's id. Without it, as where
the worker is called by hand, nothing is kept.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from ckp_quantum.failure import Failure

RECORD = "CKP_QUANTUM_RECORD"
_of_solver: list[bool] = []


def of_solver() -> None:
    """From now on: each job is a step of this run, and of no use to another. Raises Failure."""
    if os.environ.get("CKP_QUANTUM_JOB"):
        raise Failure("--job is for one circuit, and this program runs many", "leave it out")
    _of_solver.append(True)


def may_be_left() -> bool:
    return not _of_solver


def known_job() -> str:
    """The job that this run shall wait for; empty: it submits one."""
    if not may_be_left():
        return ""
    if named := os.environ.get("CKP_QUANTUM_JOB", ""):
        return named
    asked = _asked()
    is_left = "left" in asked and Path(asked["left"]).exists()  # not taken by an earlier repetition
    return str(asked["job"]) if is_left else ""


def write_down(job: str) -> None:
    """At once and whole; a solver's is equal to none that is asked for again."""
    asked = _asked()
    if not asked:
        return
    mark = os.urandom(4).hex()
    record = {**asked["record"], "id": job, "submitted_at": time.time()}
    if not may_be_left():
        record["key"] = mark
    file = Path(asked["prefix"] + mark)
    partial = file.with_name(f".{file.name}.part")
    partial.write_text(json.dumps(record), encoding="utf-8")
    partial.replace(file)


def cross_out(job: str) -> None:
    """Its counts were taken, or there will be none."""
    asked = _asked()
    if not asked:
        return
    prefix = Path(asked["prefix"])
    for file in prefix.parent.glob(f"{prefix.name}*"):
        with suppress(OSError, ValueError, AttributeError):
            if json.loads(file.read_text(encoding="utf-8")).get("id") == job:
                file.unlink()


def _asked() -> dict[str, Any]:
    try:
        found = json.loads(os.environ.get(RECORD) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
