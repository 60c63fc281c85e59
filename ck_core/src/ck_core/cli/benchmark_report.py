"""Benchmarks as tables and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from ck_core.analysis.comparison import Scale
from ck_core.analysis.stopping import Stop
from ck_core.cli.console import print_json, print_table, printable
from ck_core.cli.units import format_bytes, format_metric, format_seconds
from ck_core.domain.metric import Metric
from ck_core.experiments.benchmark_json import benchmark_json
from ck_core.experiments.measurements import METRIC, BenchmarkOutcome, Measurement
from ck_core.publishing.naming import names_of

COLUMNS = ("variant", "time", "n", "speed-up", "verdict", "size", "correct")
_WHY = {
    Stop.TIME: "stopped by --max-time before its median was known well enough",
    Stop.COUNT: "stopped by --max-repeat before its median was known well enough",
}


def benchmark_rows(outcome: BenchmarkOutcome) -> Iterator[Sequence[str]]:
    """Speed-ups are over the first variant that is sound."""
    names = names_of([one.point for one in outcome.measurements])
    first = next((one for one in outcome.measurements if not one.error), None)
    for one in outcome.measurements:
        speedup, verdict = _beside_first(one, is_first=one is first)
        yield (
            names[one.point.uid],
            _time(one),
            str(len(one.point.characteristics.get(METRIC, ()))),
            speedup,
            verdict,
            _size(one),
            _correct(one),
        )


def _time(one: Measurement) -> str:
    """No time of what failed counts."""
    if one.error:
        return f"failed ({one.point.stage})"
    metric = one.point.metrics.get(METRIC)
    return format_metric(metric) if metric else ""


def _beside_first(one: Measurement, *, is_first: bool) -> tuple[str, str]:
    if is_first:
        return "1", "the first"
    if one.point.emulated_by and not one.error and one.compared is None:
        return "", "emulated"
    if one.compared is None or one.compared.comparison.effect is None:
        return "", ""
    effect, verdict = one.compared.comparison.effect, one.compared.comparison.verdict.value
    if effect.scale is Scale.DIFFERENCE:
        return format_seconds(effect.estimate), verdict
    return f"{effect.estimate:.4g}  [{effect.low:.4g}, {effect.high:.4g}]", verdict


def _size(one: Measurement) -> str:
    return format_bytes(one.point.build.size_bytes) if one.point.build else ""


def _correct(one: Measurement) -> str:
    return {True: "yes", False: "NO", None: "not checked"}[one.point.correct]


def benchmark_notes(outcome: BenchmarkOutcome, *, fixed: bool) -> Iterator[str]:
    """Sentences below the table; args: fixed: the user has said how many repetitions."""
    names = names_of([one.point for one in outcome.measurements])
    yield from outcome.notes
    for one in outcome.measurements:
        title = f"{names[one.point.uid]}: " if len(names) > 1 else ""
        if one.error:
            yield f"{title}{one.error.message}"
        if one.stop in _WHY and not fixed:
            yield f"{title}{_WHY[one.stop]} {_known(one.point.metrics.get(METRIC))}".rstrip()
        yield from (f"{title}{note}" for note in one.point.notes)
    if any(one.compared for one in outcome.measurements):
        yield f"run in random blocks (seed {outcome.seed}); speed-ups are over the first, in pairs"
    if outcome.experiment:
        kept = outcome.experiment
        yield f"recorded in {kept.full_cid}: ckp show {kept.cid}"


def _known(metric: Metric | None) -> str:
    if metric is None or not metric.value or metric.low is None or metric.high is None:
        return ""
    width = max(metric.high - metric.value, metric.value - metric.low) / metric.value
    return f"(to {width:.2g} of it)" if width >= 1 else f"(to {width:.2%})"


def show_benchmark(outcome: BenchmarkOutcome, *, as_json: bool, fixed: bool) -> None:
    """Prints it; notes are for people."""
    if as_json:
        print_json(benchmark_json(outcome))
        return
    print_table(COLUMNS, benchmark_rows(outcome))
    for note in benchmark_notes(outcome, fixed=fixed):
        click.echo(printable(f"- {note}"))
