"""How jobs on real machines are, for ``ckp jobs``: ``PYTHON -I ask.py status|cancel ID...``.

Answers one line of JSON, ``{"ID": ["QUEUED", "reason"]}``, without what the service does not know.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

if os.environ.get("CKP_CACHE"):
    sys.pycache_prefix = os.path.join(os.environ["CKP_CACHE"], "bytecode")  # noqa: PTH118
else:
    sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  # -I leaves it out

from ckp_quantum.cleaning import clean_output
from ckp_quantum.failure import Failure, exit_status_of, one_line
from ckp_quantum.importing import add_user_packages


def ask(what: str, names: Sequence[str]) -> None:
    """Raises Failure."""
    from ckp_quantum.adapters.ibm import account  # noqa: PLC0415  # it needs NumPy

    add_user_packages()
    service = account()
    answer = {one: told for one in names if (told := _told(service, what, one))}
    sys.stdout.write(f"{json.dumps(answer)}\n")


def _told(service: Any, what: str, name: str) -> tuple[str, str] | None:
    """None for a job that is not known."""
    from ckp_quantum.jobs import asked  # noqa: PLC0415  # as above

    try:
        job = asked(lambda: service.job(name))
        if what == "cancel":
            _cancel(job)
        status = str(asked(job.status)).rpartition(".")[2].upper()
        return status, one_line(str(job.error_message() or "")) if status == "ERROR" else ""
    except Exception as error:  # noqa: BLE001  # of the SDK
        if "NotFound" in type(error).__name__:
            return None
        raise Failure(f"IBM's service does not tell of job {name}: {error}") from None


def _cancel(job: Any) -> None:
    """What has ended already has."""
    from ckp_quantum.jobs import asked  # noqa: PLC0415  # as above

    try:
        asked(job.cancel)
    except Exception as error:
        if "InvalidState" not in type(error).__name__:
            raise


if __name__ == "__main__":
    clean_output()
    sys.exit(exit_status_of(lambda: ask(sys.argv[1], sys.argv[2:])))
