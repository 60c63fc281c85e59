"""Short runs on a Slurm cluster: through ckp, by a loop of sbatch, by a bare job array.

All run the same binary the same number of times. What counts is the time until the last result is
there. SLURM_CONF names the cluster; ckp keeps its files in CKP_HOME.

python tests/benchmarks/slurm_overhead.py [--runs 200] [--jobs 200] [--pack 10]
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PROGRAM = "sha256"
CKP = (sys.executable, "-m", "ck_core")
TOLD = ("--launcher", "slurm", "--no-calibration", "--env.CT_REPEAT_MAIN=1", "--warmup=0")


def by_ckp(runs: int, jobs: int, *more: str) -> None:
    words = ["benchmark", f"program:{PROGRAM}", *TOLD, f"--repeat={runs}", f"--jobs={jobs}", *more]
    done = subprocess.run([*CKP, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def binary() -> list[str]:
    """What ckp runs: built by it, in its cache."""
    words = ["compile", f"program:{PROGRAM}", "--json"]
    done = subprocess.run([*CKP, *words], capture_output=True, text=True, check=True)
    return [json.loads(done.stdout)["build"]["artifact"], "/dev/null"]


def by_loop(runs: int, program: Sequence[str], place: Path) -> None:
    for number in range(runs):
        submit(place, script(program, place, str(number)))
    wait_for(runs, place)


def by_array(runs: int, program: Sequence[str], place: Path) -> None:
    submit(place, script(program, place, "$SLURM_ARRAY_TASK_ID"), f"--array=0-{runs - 1}")
    wait_for(runs, place)


def script(program: Sequence[str], place: Path, number: str) -> str:
    result = f"{shlex.quote(str(place))}/result-{number}"
    return f"#!/bin/sh\n{shlex.join(program)} > {result}.part 2>&1\nmv {result}.part {result}\n"


def submit(place: Path, text: str, *more: str) -> None:
    words = ["sbatch", "--output=/dev/null", "--ntasks=1", *more]
    subprocess.run(words, input=text, cwd=place, capture_output=True, text=True, check=True)


def wait_for(runs: int, place: Path) -> None:
    while len([one for one in place.glob("result-*") if one.suffix != ".part"]) < runs:
        time.sleep(0.05)


def seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--pack", type=int, default=10)
    given = parser.parse_args()
    program = binary()
    ways: dict[str, Callable[[Path], None]] = {
        "job array": lambda place: by_array(given.runs, program, place),
        "loop of sbatch": lambda place: by_loop(given.runs, program, place),
        "ckp": lambda _: by_ckp(given.runs, given.jobs),
        f"ckp, packed by {given.pack}": lambda _: by_ckp(
            given.runs, given.jobs, f"--launcher.pack={given.pack}"
        ),
    }
    print(f"| {given.runs} runs by | s | ms a run | of the array's |\n|---|---|---|---|")
    least = 0.0
    for name, work in ways.items():
        with tempfile.TemporaryDirectory() as place:
            found = seconds(lambda work=work, place=place: work(Path(place)))  # type: ignore[misc]
        least = least or found
        print(f"| {name} | {found:.1f} | {1000 * found / given.runs:.0f} | {found / least:.2f} |")


if __name__ == "__main__":
    main()
