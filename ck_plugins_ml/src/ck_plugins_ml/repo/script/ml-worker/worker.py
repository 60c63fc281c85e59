"""Classifies the prepared images with one model in one framework: see docs/ml.md.

Run by the framework's own interpreter, isolated: ``PYTHON -I worker.py``, in a directory with
``prepared/``. Everything else is in variables.
"""

from __future__ import annotations

import importlib
import os
import sys
from functools import partial

if os.environ.get("CKP_CACHE"):  # neither a component's directory nor a framework's is written to
    sys.pycache_prefix = os.path.join(os.environ["CKP_CACHE"], "bytecode")  # noqa: PTH118
else:
    sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  # -I leaves it out

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # read when libraries are loaded
    os.environ[name] = os.environ.get("CKP_THREADS") or "1"

from ckp_ml.failure import Failure, exit_status_of  # noqa: E402


def run(module: str) -> int:
    """Calls ``work`` of that module, which needs NumPy; answers the exit status."""
    return exit_status_of(partial(work, module))


def work(module: str) -> None:
    """Raises Failure."""
    try:
        import numpy  # noqa: F401, PLC0415  # all else needs it
    except ImportError as error:
        hint = "install it there, or take a framework that ckp installs: ckp ls package --tags=ml"
        raise Failure(f"{sys.executable} has no NumPy: {error}", hint) from None
    importlib.import_module(module).work()


if __name__ == "__main__":
    sys.exit(run("ckp_ml.work"))
