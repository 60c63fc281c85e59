"""Command-line values of ``ckp benchmark`` become options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ck_core.cli.launcher_options import Given, launcher_of, told_pairs
from ck_core.cli.monitor_options import monitors_of
from ck_core.cli.options_of import Pairs, build_options_of, target_of
from ck_core.cli.record_options import record_of
from ck_core.domain.build import Level
from ck_core.domain.cid import Cid
from ck_core.domain.merging import split_tags
from ck_core.domain.options import BenchmarkOptions, RunOptions, Variation
from ck_core.domain.variation_text import split_values
from ck_core.errors import UsageError
from ck_core.experiments.measuring.timing import check_metric

FlagSets = tuple[tuple[tuple[str, ...], ...], ...]
Values = tuple[str, ...] | None


def benchmark_options_of(
    cid: Cid,
    *,
    compiler: Values,
    flags: FlagSets,
    dataset: Values,
    cmd_key: Values,
    env: tuple[tuple[str, str], ...],
    target: Values,
    metric: str | None,
    precision: float | None,
    max_time: float,
    max_repeat: int,
    repeat: int | None,
    seed: int | None,
    calibration_time: float,
    no_calibration: bool,
    record: bool,
    record_uoa: str,
    tags: frozenset[str],
    pin: str,
    own: Mapping[str, str],
    deps: Pairs,
    dep_tags: Pairs,
    launcher: Given,
    jobs: int,
    **run: Any,
) -> BenchmarkOptions:
    """``run`` is what variants have in common.

    Raises:
        UsageError: choices exclude each other.
    """
    _check(repeat, precision)
    if metric is not None:
        check_metric(metric)
    if compiler and any(key == "compiler" for key, _ in deps):
        raise UsageError("--compiler and --deps.compiler are the same", hint="give one of them")
    return BenchmarkOptions(
        run=_run_options(cid, launcher=launcher_of(launcher), **run),
        variation=Variation(
            compilers=compiler or (),
            flags=tuple(one for given in flags for one in given),
            datasets=dataset or (),
            commands=cmd_key or (),
            targets=tuple(found for name in target or () if (found := target_of(name))),
            environment=values_by_name(env),
            launcher_options=values_by_name(told_pairs(launcher)),
            options={name: split_values(text) for name, text in own.items()},
            wishes=values_by_name(deps),
            wished_tags=_tag_sets(dep_tags),
        ),
        level=_level(**run),
        metric=metric or "",
        repetitions=repeat,
        precision=precision or BenchmarkOptions.precision,
        max_time_s=max_time,
        max_repetitions=max_repeat,
        seed=seed,
        calibrated=not no_calibration,
        calibration_s=calibration_time,
        pin=pin,
        jobs=jobs,
        record=record_of(record_uoa, tags, record=record),
    )


def _check(repeat: int | None, precision: float | None) -> None:
    if repeat and precision:
        raise UsageError("--repeat and --precision exclude each other", hint="give one of them")


def values_by_name(pairs: Pairs) -> dict[str, tuple[str, ...]]:
    """Of one name all values count: ``--env.N=1,2 --env.N=4``."""
    found: dict[str, dict[str, None]] = {}
    for name, text in pairs:
        found.setdefault(name, {}).update(dict.fromkeys(split_values(text)))
    return {name: tuple(values) for name, values in found.items()}


def _tag_sets(pairs: Pairs) -> dict[str, tuple[frozenset[str], ...]]:
    """``static;dynamic`` and ``-debug`` of one key: each of the first with the second."""
    found: dict[str, list[frozenset[str]]] = {}
    for key, text in pairs:
        sets = [frozenset(split_tags(one)) for one in text.split(";")]
        found[key] = [old | new for old in found.get(key, [frozenset()]) for new in sets]
    return {key: tuple(dict.fromkeys(sets)) for key, sets in found.items()}


def _level(*, speed: bool, size: bool, **_: Any) -> Level | None:
    """What was asked for; None where flags decide."""
    return Level.SIZE if size else Level.SPEED if speed else None


def _run_options(
    cid: Cid,
    *,
    warmup: int,
    timeout: float,
    launcher: str,
    monitor: tuple[str, ...],
    **build: Any,
) -> RunOptions:
    return RunOptions(
        build=build_options_of(cid, compiler="", deps=(), dep_tags=(), **build),
        warmups=warmup,
        timeout_s=timeout,
        launcher=launcher,
        monitors=monitors_of(monitor),
    )
