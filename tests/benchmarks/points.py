"""What an experiment costs: appending, first indexing, filtering, Pareto, the newest points.

``--count`` points (a million) lie in one file. Each question is asked by a process of its own,
which reports wall time, CPU time (its children's too) and peak memory; the naive way is the
standard library alone.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from ck_core.analysis.filter_parsing import parse_filter
from ck_core.store.experiments import POINTS_FILE
from ck_core.store.experiments.appending import append_point, append_points
from ck_core.store.experiments.index import PointIndex
from ck_core.store.experiments.reading import newest_points, read_points
from experiments.point_kit import sample

FILTER = "compiler~gcc and wall_s<0.2"
NAMES = ("wall_s", "size_bytes")
MANY = 1_000_000
DISTINCT = 2_000
_UID = re.compile(rb'"uid":"[0-9a-f]{16}"')
Triple = tuple[Any, ...]


def frontier(points: Iterable[Triple]) -> list[Triple]:
    """The points that no other beats in both values; a sweep along the first."""
    best, found = float("inf"), []
    for one in sorted(points, key=itemgetter(1, 2)):
        if one[2] < best:
            best = one[2]
            found.append(one)
    return found


# What is asked, each in a process of its own


def by_filter(index: PointIndex, where: str) -> int:
    return len(index.select(NAMES, parse_filter(where)))


def pareto(index: PointIndex) -> int:
    return len(frontier(index.select(NAMES)))


def filter_and_pareto(index: PointIndex) -> int:
    return len(frontier(index.select(NAMES, parse_filter(FILTER))))


def naive_triples(directory: Path) -> Iterator[Triple]:
    with (directory / POINTS_FILE).open() as stream:
        for line in stream:
            point = json.loads(line)
            yield (
                point["uid"],
                point["metrics"]["wall_s"]["value"],
                point["metrics"]["size_bytes"]["value"],
                point["choices"]["compiler"],
            )


def naive(directory: Path) -> int:
    kept = (one for one in naive_triples(directory) if "gcc" in one[3] and one[1] < 0.2)
    return len(frontier(kept))


def naive_newest(directory: Path) -> int:
    with (directory / POINTS_FILE).open() as stream:
        return len([json.loads(line) for line in list(stream)[-50:]])


def read_all(directory: Path) -> int:
    return sum(1 for _ in read_points(directory, print))


def questions(directory: Path) -> dict[str, Callable[[], int]]:
    index = PointIndex(directory, directory / "cache")
    return {
        "first indexing": index.count,
        "count, nothing new": index.count,
        "filter and Pareto": lambda: filter_and_pareto(index),
        f"filter {FILTER}": lambda: by_filter(index, FILTER),
        "filter that holds for all": lambda: by_filter(index, "wall_s>0"),
        "Pareto of all": lambda: pareto(index),
        "newest 50": lambda: len(newest_points(directory, 50, print)),
        "read every point": lambda: read_all(directory),
        "naive: json.loads, filter, Pareto": lambda: naive(directory),
        "naive: newest 50": lambda: naive_newest(directory),
    }


@dataclass(frozen=True)
class Cost:
    wall_s: float
    cpu_s: float
    peak_mb: float
    answer: int


def ask(directory: Path, question: str) -> Cost:
    command = [sys.executable, __file__, "--ask", question, "--directory", str(directory)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Cost(**json.loads(done.stdout))


def answer(directory: Path, question: str) -> None:
    began, used = time.perf_counter(), sum(os.times()[:4])
    found = questions(directory)[question]()
    cost = Cost(
        wall_s=time.perf_counter() - began,
        cpu_s=sum(os.times()[:4]) - used,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        answer=found,
    )
    print(json.dumps(cost.__dict__))


# Making the points


def make_points(directory: Path, count: int) -> None:
    """Real lines; those after the first few differ in UID, time and size alone."""
    append_points(directory, map(sample, range(min(count, DISTINCT))))
    file = directory / POINTS_FILE
    lines = file.read_bytes().splitlines(keepends=True)
    with file.open("ab") as stream:
        for number in range(len(lines), count):
            line = _UID.sub(b'"uid":"%016x"' % number, lines[number % len(lines)], count=1)
            value, size = 0.05 + number * 7919 % 1000003 / 2e6, 1 + number * 104729 % 999983
            line = re.sub(rb'"wall_s":\{"value":[^,}]*', b'"wall_s":{"value":%.9f' % value, line)
            line = re.sub(rb'"size_bytes":\{"value":\d+', b'"size_bytes":{"value":%d' % size, line)
            stream.write(line)


def append_costs(directory: Path) -> dict[str, float]:
    """Points a second."""
    points = [sample(number) for number in range(2_000)]
    (directory / ".cm").mkdir(parents=True)
    began = time.perf_counter()
    for point in points[:300]:
        append_point(directory, point)
    one_by_one = 300 / (time.perf_counter() - began)
    began = time.perf_counter()
    append_points(directory, points[300:])
    return {"durable": one_by_one, "batched": 1_700 / (time.perf_counter() - began)}


def naive_append(directory: Path) -> float:
    """Points a second without any care: no lock, no fsync."""
    points = [sample(number).scalars for number in range(300)]
    began = time.perf_counter()
    for point in points:
        with (directory / "naive.jsonl").open("a") as stream:
            stream.write(json.dumps(point) + "\n")
    return 300 / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=MANY)
    parser.add_argument("--ask", default="")
    parser.add_argument("--directory", type=Path)
    given = parser.parse_args()
    if given.ask:
        answer(given.directory, given.ask)
        return
    with tempfile.TemporaryDirectory() as name:
        report(Path(name), given.count)


def report(place: Path, count: int) -> None:
    print("load average", " ".join(f"{one:.2f}" for one in os.getloadavg()), flush=True)
    rates = append_costs(place / "appended")
    print(f"appended a second: {rates['durable']:,.0f} durable one by one, ", end="")
    print(f"{rates['batched']:,.0f} in batches; without care {naive_append(place):,.0f}")
    directory = place / "many"
    (directory / ".cm").mkdir(parents=True)
    make_points(directory, count)
    size_mb = (directory / POINTS_FILE).stat().st_size / 1e6
    print(f"{count:,} points, {size_mb:,.0f} MB")
    print(f"{'':36}{'wall s':>10}{'CPU s':>10}{'peak MB':>10}{'answer':>12}")
    costs = {question: _shown(question, ask(directory, question)) for question in questions(place)}
    index_mb = sum(file.stat().st_size for file in (directory / "cache").iterdir()) / 1e6
    print(f"the index takes {index_mb:,.0f} MB")
    _ratio(costs, "naive: json.loads, filter, Pareto", "filter and Pareto")
    _ratio(costs, "naive: newest 50", "newest 50")
    _aim("filter and Pareto within 3 s", costs["filter and Pareto"].wall_s, 3.0)
    _aim("Pareto of all within 3 s", costs["Pareto of all"].wall_s, 3.0)
    _aim("in less than 1000 MB", costs["Pareto of all"].peak_mb, 1000.0)
    _aim("newest 50 within 0.2 s", costs["newest 50"].wall_s, 0.2)


def _shown(question: str, cost: Cost) -> Cost:
    numbers = f"{cost.wall_s:10.3f}{cost.cpu_s:10.3f}{cost.peak_mb:10.0f}{cost.answer:12,}"
    print(f"{question:36}{numbers}", flush=True)
    return cost


def _ratio(costs: dict[str, Cost], slow: str, quick: str) -> None:
    print(f"'{slow}' takes {costs[slow].wall_s / costs[quick].wall_s:.0f} times '{quick}'")


def _aim(what: str, found: float, limit: float) -> None:
    print(f"{what:36}{found:10.3f}  {'yes' if found <= limit else 'NO'}")


if __name__ == "__main__":
    main()
