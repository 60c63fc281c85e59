"""Programs that are scripts, measured in this process: nothing is compiled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.options import (
    BenchmarkOptions,
    BuildOptions,
    RecordOptions,
    RunOptions,
    Variation,
)
from ck_core.experiments.measuring.benchmark import benchmark
from ck_core.experiments.measuring.measurements import BenchmarkOutcome
from ck_core.testing.fixtures import AddComponent
from programs.kit import Listener, shell

TIMED = {"fine_grain_timer_file": "timer.json", "run_correctness_output_files": []}
"""``say SECONDS`` in a script tells ``kernel_s``."""
_SAY = 'say() { echo "{\\"kernel_s\\": $1}" >timer.json; }\n'

Script = Callable[..., Path]


def add_script(add_component: AddComponent, text: str, **meta: Any) -> Path:
    """``program:it`` with ``run.sh``; answers its directory."""
    values = {**shell("sh ../run.sh", **TIMED), **meta}
    path = add_component("program", "it", values)
    script = f"{_SAY}HERE='{path}'\n{text}\n"
    (path / "run.sh").write_text(script)
    return path


def measure(
    environment: dict[str, tuple[str, ...]] | None = None,
    *,
    record: bool = False,
    datasets: tuple[str, ...] = (),
    listener: Listener | None = None,
    **options: Any,
) -> BenchmarkOutcome:
    """Without warm-ups; args: record: into ``experiment:mine``."""
    asked = BenchmarkOptions(
        run=RunOptions(build=BuildOptions(program=Cid("program", "it")), warmups=0),
        variation=Variation(environment=environment or {}, datasets=datasets),
        record=RecordOptions(experiment=Cid("experiment", "mine")) if record else None,
        **options,
    )
    return benchmark(asked, Context(listener or Listener()))
