"""Runs one circuit, or one solver of circuits, in one quantum SDK: see docs/quantum.md.

Run by the SDK's own interpreter, isolated: ``PYTHON -I quantum_worker.py``. Everything is in
variables.
"""

from __future__ import annotations

import os
import sys

if os.environ.get("CKP_CACHE"):  # neither a component's directory nor an SDK's is written to
    sys.pycache_prefix = os.path.join(os.environ["CKP_CACHE"], "bytecode")  # noqa: PTH118
else:
    sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  # -I leaves it out

from ckp_quantum.cleaning import clean_output
from ckp_quantum.failure import Failure, exit_status_of


def work() -> None:
    """Raises Failure."""
    try:
        import numpy  # noqa: F401, PLC0415  # all else needs it
    except ImportError as error:
        hint = "take an SDK that ckp installs: ckp ls package --tags=quantum,sdk"
        raise Failure(f"{sys.executable} has no NumPy: {error}", hint) from None
    from ckp_quantum.work import work as whole  # noqa: PLC0415  # which needs it

    whole()


if __name__ == "__main__":
    clean_output()
    sys.exit(exit_status_of(work))
