"""ckp's times beside those of ``hyperfine -N`` and ``pyperf command``, taken in turn.

Two tables: what the tools say of one program of about 100 ms (their medians shall agree within
1 %), and what they add: to the time of a program that does nothing, and to each repetition.

python tests/benchmarks/harness_agreement.py [--blocks 30] [--repetitions 2] [--cpu 1]

hyperfine, gcc and the Python package pyperf must be there. Everything runs on one CPU.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ck_core.analysis.intervals import median_interval
from ck_core.domain.run import RunRequest
from ck_core.system.measuring import measuring_session
from ck_core.system.pinning import choose_cpus, read_ticks

SPIN = """
#include <stdio.h>
int main(void) {
  unsigned x = 1;
  for (long n = 0; n < %dL; n++) { x ^= x << 13; x ^= x >> 17; x ^= x << 5; }
  printf("%%u\\n", x);
  return 0;
}
"""
ROUNDS, CALIBRATIONS = 10_000_000, 8
AIM_S = 0.1
AGREEMENT = 0.01
EMPTY_REPETITIONS = 100
PATIENCE_S, QUIET, FEWEST_PARTS = 2.0, 0.05, 5


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one call of a tool has told, and whether no other CPU worked meanwhile."""

    times: tuple[float, ...]
    quiet: bool


Tool = Callable[[Path, int, int], list[float]]
"""Seconds of each of so many repetitions of a program on a CPU."""


def by_ckp(program: Path, repetitions: int, cpu: int) -> list[float]:
    with tempfile.TemporaryDirectory() as directory, measuring_session() as session:
        asked = RunRequest(
            arguments=(str(program),),
            environment=dict(os.environ),
            directory=Path(directory),
            repetitions=repetitions,
            warmups=1,
            checked_files=("stdout.txt",),
            cpus=frozenset({cpu}),
        )
        return [one.wall_s for one in session.run(asked).repetitions]


def by_hyperfine(program: Path, repetitions: int, cpu: int) -> list[float]:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "times.json")
        options = ["-N", "--style=none", "--warmup=1", f"--runs={max(2, repetitions)}"]
        call(["hyperfine", *options, f"--export-json={file}", str(program)], cpu)
        times: list[float] = json.loads(file.read_text())["results"][0]["times"]
    return times


def by_pyperf(program: Path, repetitions: int, cpu: int) -> list[float]:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "times.json")
        options = ["--processes=1", "--warmups=1", "--loops=1", f"--values={repetitions}"]
        tool = [sys.executable, "-m", "pyperf", "command", "--quiet", f"--affinity={cpu}"]
        call([*tool, *options, f"--output={file}", "--", str(program)], cpu)
        runs = json.loads(file.read_text())["benchmarks"][0]["runs"]
    return [value for run in runs for value in run.get("values", ())]


def call(arguments: Sequence[str], cpu: int) -> None:
    words = ["taskset", "--cpu-list", str(cpu), *arguments]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


TOOLS: Mapping[str, Tool] = {
    "ckp": by_ckp,
    "hyperfine -N": by_hyperfine,
    "pyperf command": by_pyperf,
}


def compiled(directory: Path, name: str, source: str) -> Path:
    file = directory / f"{name}.c"
    file.write_text(source)
    subprocess.run(["gcc", "-O2", "-o", str(directory / name), str(file)], check=True)
    return directory / name


def spinning(directory: Path, cpu: int) -> Path:
    """A program of about 100 ms here, while nothing else runs."""
    first = compiled(directory, "first", SPIN % ROUNDS)
    fastest = AIM_S * 100
    for _ in range(CALIBRATIONS):
        wait_until_quiet(cpu)
        fastest = min(fastest, *by_ckp(first, 3, cpu))
    return compiled(directory, "spin", SPIN % round(ROUNDS * AIM_S / fastest))


def ticks() -> dict[int, tuple[int, int]]:
    return read_ticks(Path("/proc/stat").read_text())


def others_worked(since: dict[int, tuple[int, int]], cpu: int) -> float:
    """The busiest share of any other CPU: two CPUs may be threads of one core."""
    now = ticks()
    shares = [
        (now[one][0] - since[one][0]) / max(1, now[one][1] - since[one][1])
        for one in now.keys() & since.keys()
        if one != cpu
    ]
    return max(shares, default=0.0)


def wait_until_quiet(cpu: int) -> None:
    """Not for ever."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        since = ticks()
        time.sleep(0.1)
        if others_worked(since, cpu) <= QUIET and others_worked(since, -1) <= QUIET:
            return


def in_turn(program: Path, blocks: int, repetitions: int, cpu: int) -> dict[str, list[Part]]:
    """In each block every tool once, in random order."""
    order = random.Random(1)  # repeatable
    parts: dict[str, list[Part]] = {name: [] for name in TOOLS}
    for _ in range(blocks):
        for name in order.sample(list(TOOLS), k=len(TOOLS)):
            wait_until_quiet(cpu)
            since = ticks()
            times = tuple(TOOLS[name](program, repetitions, cpu))
            parts[name].append(Part(times=times, quiet=others_worked(since, cpu) <= QUIET))
    return parts


def show_agreement(parts: Mapping[str, list[Part]]) -> bool:
    """Of all parts, then of those in which no other CPU worked: judged before times are seen."""
    agrees = show_medians("all", {name: tuple(found) for name, found in parts.items()})
    quiet = {name: tuple(one for one in found if one.quiet) for name, found in parts.items()}
    if all(len(found) >= FEWEST_PARTS for found in quiet.values()):
        agrees = show_medians("while no other CPU worked", quiet)
    return agrees


def show_medians(which: str, parts: Mapping[str, tuple[Part, ...]]) -> bool:
    print(f"\n| {which} | median, ms | 95 % interval, ms | fastest, ms | n | against ckp |")
    print("|---|---|---|---|---|---|")
    medians = {}
    for name, found in parts.items():
        values = [value for part in found for value in part.times]
        interval = median_interval(values)
        medians[name] = interval.median
        print(
            f"| `{name}` | {interval.median * 1e3:.2f} | {interval.low * 1e3:.2f} to "
            f"{interval.high * 1e3:.2f} | {min(values) * 1e3:.2f} | {len(values)} | "
            f"{interval.median / medians['ckp'] - 1:+.2%} |"
        )
    agrees = max(medians.values()) / min(medians.values()) - 1 <= AGREEMENT
    print(f"\nmedians agree within {AGREEMENT:.0%}: {'yes' if agrees else 'no'}")
    return agrees


def cost_of(tool: Tool, program: Path, cpu: int) -> tuple[float, float]:
    """Of a program that does nothing: the time told, and the time a repetition takes in all."""
    began = time.perf_counter()
    tool(program, 2, cpu)
    between = time.perf_counter()
    told = tool(program, 2 + EMPTY_REPETITIONS, cpu)
    ended = time.perf_counter()
    return median(told), (ended - between - (between - began)) / EMPTY_REPETITIONS


def show_overhead(program: Path, blocks: int, cpu: int) -> None:
    """The least of several blocks: whatever else runs on the machine only adds."""
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in TOOLS}
    for _ in range(blocks):
        for name, tool in TOOLS.items():
            costs[name].append(cost_of(tool, program, cpu))
    print("\n| tool | time told of an empty program, ms | whole repetition of it, ms |")
    print("|---|---|---|")
    for name, found in costs.items():
        told, whole = (min(one[column] for one in found) * 1e3 for column in (0, 1))
        print(f"| `{name}` | {told:.3f} | {whole:.3f} |")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--blocks", type=int, default=30)
    parser.add_argument("--repetitions", type=int, default=2)
    parser.add_argument("--cpu", type=int)
    options = parser.parse_args()
    missing = [name for name in ("hyperfine", "gcc", "taskset") if shutil.which(name) is None]
    missing += [] if importlib.util.find_spec("pyperf") else ["pyperf"]
    if missing:
        print(f"not here: {', '.join(missing)}", file=sys.stderr)
        return 2
    cpu = min(choose_cpus("auto", looked_s=1.0).cpus) if options.cpu is None else options.cpu
    os.sched_setaffinity(0, {cpu})  # ckp and its supervisor too, as the other tools are
    with tempfile.TemporaryDirectory() as name:
        agrees = show_agreement(
            in_turn(spinning(Path(name), cpu), options.blocks, options.repetitions, cpu)
        )
        empty = compiled(Path(name), "empty", "int main(void) { return 0; }")
        show_overhead(empty, 5, cpu)
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
