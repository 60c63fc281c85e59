"""Lets MLPerf's LoadGen ask one model in one framework: see docs/mlperf.md.

Run as worker.py is, with the same variables and CKP_MLPERF_SCENARIO, CKP_MLPERF_MODE and others;
LoadGen must be among the framework's own packages, as in those that ckp installs.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  # -I leaves it out

from worker import run

if __name__ == "__main__":
    sys.exit(run("ckp_ml.loadgen.work"))
