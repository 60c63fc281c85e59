"""Benchmarks from Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TypedDict

from ck_core.domain.build import Level
from ck_core.domain.cid import Cid, parse_name
from ck_core.domain.options import (
    BenchmarkOptions,
    BuildOptions,
    RecordOptions,
    RunOptions,
    Variation,
)
from ck_core.domain.target import parse_target_name
from ck_core.domain.variation_text import parse_flag_sets
from ck_core.errors import UsageError

_VARIED = (
    *("compilers", "flags", "datasets", "commands", "targets", "environment"),
    *("options", "dependencies", "record", "tags"),
)


class Settings(TypedDict, total=False):
    """What ``Workspace.benchmark`` takes besides what it varies."""

    level: Level
    metric: str
    repetitions: int
    precision: float
    max_time_s: float
    max_repetitions: int
    seed: int
    calibrated: bool
    calibration_s: float
    jobs: int


def benchmark_options(
    program: Cid,
    *,
    compilers: Sequence[str],
    flags: Sequence[str],
    datasets: Sequence[str],
    commands: Sequence[str],
    targets: Sequence[str],
    environment: Mapping[str, Sequence[str]],
    options: Mapping[str, Sequence[object]],
    dependencies: Mapping[str, Sequence[str]],
    launcher: str,
    launcher_options: Mapping[str, Sequence[object]],
    record: str | Cid,
    tags: Sequence[str],
    settings: Settings,
) -> BenchmarkOptions:
    """Raises UsageError for flags and names that cannot be read, and for unknown settings."""
    _check_settings(settings)
    return BenchmarkOptions(
        run=RunOptions(build=BuildOptions(program=program), launcher=launcher),
        variation=Variation(
            compilers=tuple(compilers),
            flags=tuple(one for text in flags for one in parse_flag_sets(text)),
            datasets=tuple(datasets),
            commands=tuple(commands),
            targets=tuple(map(parse_target_name, targets)),
            environment=_texts(environment),
            launcher_options=_texts(launcher_options),
            options=_texts(options),
            wishes=_texts(dependencies),
        ),
        record=_record(record, tags),
        **settings,
    )


def _texts(values: Mapping[str, Sequence[object]]) -> dict[str, tuple[str, ...]]:
    """One text alone is no list of letters."""
    listed = {name: [one] if isinstance(one, str) else one for name, one in values.items()}
    return {name: tuple(map(str, found)) for name, found in listed.items()}


def _check_settings(given: Mapping[str, object]) -> None:
    names = [*_VARIED, *Settings.__annotations__]
    for name in given:
        if name not in Settings.__annotations__:
            near = get_close_matches(name, names, n=1, cutoff=0.5)
            raise UsageError(
                f"benchmark takes no '{name}'",
                hint=f"{f'did you mean {near[0]}? ' if near else ''}it takes {', '.join(names)}",
            )


def _record(record: str | Cid, tags: Sequence[str]) -> RecordOptions | None:
    if not record:
        if tags:
            raise UsageError("tags are of the experiment; name it: record=...")
        return None
    if isinstance(record, str):
        record = parse_name(record, "experiment")
    return RecordOptions(experiment=record, tags=frozenset(tags))
