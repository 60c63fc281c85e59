"""Benchmarks as tables and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from ck_core.analysis.comparison import Scale
from ck_core.analysis.point_comparison import Compared
from ck_core.cli.console import print_json, print_table, printable
from ck_core.cli.units import format_bytes, format_metric, format_seconds
from ck_core.experiments.measuring.benchmark_json import benchmark_json
from ck_core.experiments.measuring.measurements import BenchmarkOutcome, Measurement
from ck_core.publishing.naming import names_of

_WALL = "wall_s"


def columns(outcome: BenchmarkOutcome) -> tuple[str, ...]:
    """Where inputs differ, the heading says that speed-ups are over the first of the same."""
    time = "time" if outcome.metric == _WALL else outcome.metric
    same = " and ".join(outcome.inputs)
    speedup = f"speed-up (same {same})" if same else "speed-up"
    return ("variant", time, "n", speedup, "verdict", "size", "correct")


def benchmark_rows(outcome: BenchmarkOutcome) -> Iterator[Sequence[str]]:
    """Speed-ups are over the first sound variant of the same dataset and command."""
    names = names_of([one.point for one in outcome.measurements])
    for one in outcome.measurements:
        speedup, verdict = _beside_first(one)
        yield (
            names[one.point.uid],
            _time(one, outcome.metric),
            str(len(one.point.characteristics.get(outcome.metric, ()))),
            speedup,
            verdict,
            _size(one),
            _correct(one),
        )


def _time(one: Measurement, name: str) -> str:
    """No time of what failed counts."""
    if one.error:
        return f"failed ({one.point.stage})"
    metric = one.point.metrics.get(name)
    return format_metric(metric) if metric else ""


def _beside_first(one: Measurement) -> tuple[str, str]:
    if one.is_baseline:
        return "1", "the first"
    if one.point.emulated_by and not one.error and one.compared is None:
        return "", "emulated"
    if one.compared is None or one.compared.comparison.effect is None:
        return "", ""
    effect, verdict = one.compared.comparison.effect, _verdict(one.compared)
    if len(one.compared.a) == 1 and effect.scale is Scale.RATIO:
        return f"{effect.estimate:.4g}", verdict
    if effect.scale is Scale.DIFFERENCE:
        return format_seconds(effect.estimate), verdict
    return f"{effect.estimate:.4g}  [{effect.low:.4g}, {effect.high:.4g}]", verdict


def _verdict(compared: Compared) -> str:
    needed = compared.comparison.needed
    if min(len(compared.a), len(compared.b)) < needed:
        return f"too few ({needed} {'pairs' if compared.paired else 'of each'})"
    return compared.comparison.verdict.value


def _size(one: Measurement) -> str:
    return format_bytes(one.point.build.size_bytes) if one.point.build else ""


def _correct(one: Measurement) -> str:
    return {True: "yes", False: "NO", None: "not checked"}[one.point.correct]


def benchmark_notes(outcome: BenchmarkOutcome) -> Iterator[str]:
    """Sentences below the table."""
    names = names_of([one.point for one in outcome.measurements])
    yield from outcome.notes
    for one in outcome.measurements:
        title = f"{names[one.point.uid]}: " if len(names) > 1 else ""
        if one.error:
            yield f"{title}{one.error.message}"
        yield from (f"{title}{note}" for note in one.point.notes)
    if outcome.metric != _WALL:
        yield f"judged by {outcome.metric}; unusual repetitions are told of the wall time"
    if any(one.compared for one in outcome.measurements):
        same = " and ".join(outcome.inputs)
        first = f"the first of the same {same}" if same else "the first"
        yield f"run in random blocks (seed {outcome.seed}); speed-ups are over {first}, in pairs"
    if outcome.experiment:
        kept = outcome.experiment
        yield f"recorded in {kept.full_cid}: ckp show {kept.cid}"


def show_benchmark(outcome: BenchmarkOutcome, *, as_json: bool) -> None:
    """Prints it; notes are for people."""
    if as_json:
        print_json(benchmark_json(outcome))
        return
    print_table(columns(outcome), benchmark_rows(outcome))
    for note in benchmark_notes(outcome):
        click.echo(printable(f"- {note}"))
