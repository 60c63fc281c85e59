"""What the harness adds to a bare spawn, per repetition: prints milliseconds and ratios.

python tests/benchmarks/harness_overhead.py [COMMAND ...]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from ck_core.domain.run import RunRequest
from ck_core.system.measuring import measure

BLOCKS, REPETITIONS = 7, 100


def bare_block(arguments: list[str], directory: Path) -> tuple[float, float]:
    """Seconds for a spawn with the same redirections: as measured, and in all."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(directory / "stdout.txt"), flags, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, str(directory / "stderr.txt"), flags, 0o644),
    ]
    times = []
    for _ in range(REPETITIONS):
        began = time.perf_counter()
        pid = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=actions)
        os.wait4(pid, 0)
        times.append(time.perf_counter() - began)
    return median(times), sum(times) / REPETITIONS


def harness_block(arguments: list[str], directory: Path) -> tuple[float, float]:
    """The same through the harness, less one start of its supervisor."""
    began = time.perf_counter()
    measure(_request(arguments, directory / "one", 1))
    once = time.perf_counter() - began
    began = time.perf_counter()
    result = measure(_request(arguments, directory / "many", REPETITIONS + 1))
    total = time.perf_counter() - began - once
    return median(one.wall_s for one in result.repetitions), total / REPETITIONS


def _request(arguments: list[str], directory: Path, repetitions: int) -> RunRequest:
    directory.mkdir()
    return RunRequest(
        arguments=tuple(arguments),
        environment=dict(os.environ),
        directory=directory,
        repetitions=repetitions,
    )


def main() -> None:
    arguments = sys.argv[1:] or ["true"]
    arguments[0] = shutil.which(arguments[0]) or arguments[0]
    bare, harness = [], []
    for _ in range(BLOCKS):
        with tempfile.TemporaryDirectory() as name:
            bare.append(bare_block(arguments, Path(name)))
            harness.append(harness_block(arguments, Path(name)))
    for what, column in (("measured wall time", 0), ("whole repetition", 1)):
        one, other = median(b[column] for b in bare), median(h[column] for h in harness)
        print(
            f"{what}: bare {one * 1e3:.3f} ms, harness {other * 1e3:.3f} ms, "
            f"difference {(other - one) * 1e3:+.3f} ms, ratio {other / one:.3f}"
        )
    if shutil.which("hyperfine"):
        command = ["hyperfine", "-N", "--style=basic", "--runs=300", " ".join(arguments)]
        subprocess.run(command, check=False)


if __name__ == "__main__":
    main()
