"""What the worker adds to a framework's own call: ``python ml_overhead.py [CKP_HOME]``.

For each framework that is registered there, queries of a small network are timed in turn as the
worker times them and as its shortest use in plain lines; the difference of the medians is what the
worker adds to what it tells. The last column is what a query takes besides, which is not told:
pixels become an input, answers become predictions.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
WORKER = ROOT / "ck_plugins_ml/src/ck_plugins_ml/repo/script/ml-worker"
INSIDE = Path(__file__).with_name("ml_overhead_inside.py")
MEASURED = ("tflite", "litert", "onnxruntime")
"""Those that take microseconds for it."""


def main() -> None:
    home = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CKP_HOME", "")
    print(
        f"{'framework':22} {'told, us':>9} {'plain, us':>10} {'added, us':>10} {'besides, us':>12}"
    )
    for one in installations(home):
        if one["product"] in MEASURED:
            told = json.loads(asked(one).splitlines()[-1])
            label = f"{one['product']}@{one['version']}"
            print(f"{label:22} {told[0]:9.2f} {told[1]:10.2f} {told[2]:10.2f} {told[3]:12.1f}")


def asked(installation: Any) -> str:
    """What the framework's own interpreter has measured."""
    variables = installation["environment"]
    command = [variables["CKP_ML_PYTHON"], "-s", str(INSIDE), variables["CKP_ML_FRAMEWORK"]]
    environment = {**os.environ, "PYTHONPATH": str(WORKER), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, capture_output=True, text=True, check=True, env=environment
    ).stdout


def installations(home: str) -> list[Any]:
    command = [sys.executable, "-m", "ck_core", "show", "env", "--tags=ml,framework", "--json"]
    environment = {**os.environ, "CKP_HOME": home} if home else dict(os.environ)
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return list(json.loads(done.stdout))


if __name__ == "__main__":
    main()
