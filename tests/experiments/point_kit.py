"""Points like those of a measured program, and points of any content."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from ck_core.domain.metric import Metric
from ck_core.domain.point import Point, RecordedBuild, RecordedComponent, Resolved
from ck_core.domain.source import Source

COMPILERS = (("gcc", "12.2.0"), ("gcc", "13.2.0"), ("clang", "19.1.7"))
LEVELS = ("-O0", "-O1", "-O2", "-O3", "-Os")
FEATURES: Mapping[str, Any] = {
    "architecture": "x86_64",
    "cores": 8,
    "cpu": "Imaginary Processor 9000 @ 3.00GHz",
    "governor": "performance",
    "kernel": "6.1.0-18-amd64",
    "machine": "5d0f4ab1c2e39876",
    "memory_bytes": 33_554_432_000,
    "microarchitecture": "zen4",
    "os": "debian 12",
    "smt": True,
    "turbo": False,
}


def sample(number: int, repetitions: int = 10) -> Point:
    """The same for the same number; times and sizes scatter as those of real programs do."""
    chance = random.Random(number)
    product, version = COMPILERS[number % 3]
    level = LEVELS[number % 5]
    middle = 0.05 + chance.lognormvariate(-2, 0.5)
    wall_s = tuple(round(middle * chance.lognormvariate(0, 0.02), 9) for _ in range(repetitions))
    memory = tuple(float(4096 * chance.randint(300, 400)) for _ in range(repetitions))
    ordered = sorted(wall_s)
    size_bytes = 4096 * chance.randint(4, 60)
    return Point(
        uid=f"{number:016x}",
        recorded_at=f"2024-05-{1 + number % 28:02}T10:00:00.{number % 1000000:06}Z",
        program=RecordedComponent(
            cid="program:sample",
            uid="0123456789abcdef",
            source=Source(repo="examples", commit="c0ffee" * 6 + "c0ff", modified=False),
        ),
        command="default",
        dataset=RecordedComponent(cid="dataset:image-1", uid="fedcba9876543210"),
        correct=True,
        choices={
            "compiler": f"{product}@{version}",
            "level": "speed",
            "flags": level,
            "dataset": "image-1",
            "env.OMP_NUM_THREADS": str(1 + number % 4),
            "target": "x86_64-linux-gnu",
        },
        features=FEATURES,
        characteristics={
            "wall_s": wall_s,
            "user_s": tuple(round(one * 0.9, 6) for one in wall_s),
            "system_s": tuple(round(one * 0.05, 6) for one in wall_s),
            "peak_memory_bytes": memory,
            "involuntary_switches": tuple(float(chance.randint(0, 5)) for _ in wall_s),
            "minor_faults": tuple(float(chance.randint(90, 120)) for _ in wall_s),
            "order": tuple(float(one) for one in range(repetitions)),
            "block": tuple(float(one // 3) for one in range(repetitions)),
        },
        metrics={
            "wall_s": Metric(
                name="wall_s", value=ordered[repetitions // 2], low=ordered[0], high=ordered[-1]
            ),
            "user_s": Metric(name="user_s", value=round(middle * 0.9, 6)),
            "peak_memory_bytes": Metric(name="peak_memory_bytes", value=max(memory)),
            "size_bytes": Metric(name="size_bytes", value=size_bytes),
            "correct": Metric(name="correct", value=True),
        },
        resolved=(
            Resolved(
                key="compiler",
                product=product,
                version=version,
                target="x86_64-linux-gnu",
                origin="detected",
                digest="sha256:" + "ab" * 32,
                path=f"/usr/bin/{product}",
                plugin_release="ck-plugins-compilers 0.1.0",
            ),
        ),
        build=RecordedBuild(flags=(level,), size_bytes=size_bytes, digest="sha256:" + "cd" * 32),
        plugins={"local": "ck-core 0.1.0", product: "ck-plugins-compilers 0.1.0"},
        ckp="0.1.0",
        command_line=("ckp", "benchmark", "program:sample", "--record"),
        seed=number,
    )
