"""Outcomes as tables."""

from __future__ import annotations

from collections.abc import Iterator

from ck_core.analysis.intervals import median_interval
from ck_core.cli.units import format_bytes, format_metric, format_seconds
from ck_core.domain.outcome import BuildOutcome, RunOutcome
from ck_core.system.host import host_target


def build_rows(outcome: BuildOutcome) -> Iterator[tuple[str, str]]:
    compiler = outcome.compiler
    build = outcome.build
    yield "program", f"{outcome.program.name}  {outcome.program.component.title}".rstrip()
    if compiler:
        yield "compiler", f"{compiler.name}  {outcome.driver}"
    if outcome.target and outcome.target != host_target():
        yield "target", outcome.target.name
    for key, one in outcome.resolved.items():
        if one not in (compiler, outcome.emulator):
            yield key, f"{one.name}  {one.path}"
    if build.artifact:
        yield "flags", " ".join(build.flags) or "none"
        if build.profiled:
            yield "profile", "of a training run"
        yield "build", "cached" if build.cached else f"built in {format_seconds(build.build_s)}"
        yield "binary size", format_bytes(build.size_bytes)


def run_rows(outcome: RunOutcome) -> Iterator[tuple[str, str]]:
    yield from build_rows(outcome.built)
    yield "command", outcome.command_key
    if outcome.dataset:
        yield "dataset", outcome.dataset
    for role, source in outcome.sources.items():
        if source.commit:
            yield f"{role} from", str(source)
    metrics = dict(outcome.metrics)
    if emulator := outcome.built.emulator:
        yield "emulated by", f"{emulator.name}; no times or memory of the target's"
    yield "time", f"{format_metric(metrics.pop('wall_s'))}  {_sample(outcome)}"
    yield "CPU time", format_metric(metrics.pop("cpu_s"))
    user, system = metrics.pop("user_s").value or 0, metrics.pop("system_s").value or 0
    yield "user + system", f"{format_seconds(user)} + {format_seconds(system)}"
    yield "peak memory", format_metric(metrics.pop("peak_memory_bytes"))
    for name in ("voluntary_switches", "involuntary_switches", "size_bytes", "correct"):
        metrics.pop(name, None)
    for name, metric in metrics.items():
        detail = f"  ({metric.detail})" if metric.detail else ""
        yield name, f"{format_metric(metric)}{detail}"
    yield "correct", _verdict(outcome)
    yield from outcome.run.notes.items()


def _sample(outcome: RunOutcome) -> str:
    """What the interval is worth: fewer than six runs cannot give 95 %."""
    interval = median_interval([one.wall_s for one in outcome.run.repetitions])
    if interval.count == 1:
        return "one run, no interval"
    return f"median of {interval.count}, {min(interval.coverage, 0.999):.1%} interval"


def _verdict(outcome: RunOutcome) -> str:
    if outcome.correct is None:
        detail = outcome.metrics["correct"].detail if "correct" in outcome.metrics else ""
        return f"not checked: {detail}" if detail else "not checked"
    return (
        "yes, as the reference" if outcome.correct else "NO: " + outcome.metrics["correct"].detail
    )
