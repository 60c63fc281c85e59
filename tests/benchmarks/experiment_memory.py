"""What it takes to print and to export an experiment: time and peak memory of each command.

``--count`` points (200,000) lie in one experiment of a home of its own. Peak memory should not grow
with their number, but for ``to_pandas``, whose table is in memory by its nature.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.points import make_points
from ck_core.store.editing import NewComponent, add
from ck_core.store.repositories import Repository

_CKP = (sys.executable, "-m", "ck_core")
_FRAME = "import ck_core; print(ck_core.experiment('it').to_pandas().shape)"


def commands(out: Path) -> dict[str, Sequence[str]]:
    exports = {
        f"export --to {kind}": (*_CKP, "export", "experiment:it", "--to", kind, "-o", str(place))
        for kind, place in (
            ("csv", out / "it.csv"),
            ("json", out / "it.json"),
            ("parquet", out / "it.parquet"),
        )
    }
    return {
        "first index": (*_CKP, "show", "experiment:it", "--names"),
        "show": (*_CKP, "show", "experiment:it"),
        "show --json": (*_CKP, "show", "experiment:it", "--json"),
        "show --csv": (*_CKP, "show", "experiment:it", "--csv"),
        "show --csv --filter": (*_CKP, "show", "experiment:it", "--csv", "--filter", "wall_s>0"),
        **exports,
        "to_pandas": (sys.executable, "-c", _FRAME),
    }


def cost(command: Sequence[str], home: Path) -> tuple[float, float, int]:
    """Seconds, peak megabytes, and the exit status."""
    began = time.perf_counter()
    child = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env={**os.environ, "CKP_HOME": str(home)}
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - began, used.ru_maxrss / 1024, child.returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--only", default="", help="Commands whose name has this in it.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home, out = Path(name, "home"), Path(name, "out")
        local = Repository(
            alias="local", path=home / "repos" / "local", origin="yours", writable=True
        )
        make_points(add(local, NewComponent(kind="experiment", alias="it")).path, given.count)
        print(f"{given.count:,} points\n{'':28}{'wall s':>10}{'peak MB':>10}")
        for words, command in commands(out).items():
            if given.only in words or words == "first index":
                wall_s, peak_mb, code = cost(command, home)
                failed = f"  exit code {code}" if code else ""
                print(f"{words:28}{wall_s:10.1f}{peak_mb:10.0f}{failed}", flush=True)


if __name__ == "__main__":
    main()
