"""Stage *postprocess*: outputs and measurements become metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ck_core.analysis.metrics import metric_of
from ck_core.context import Context
from ck_core.domain.build import BuildResult
from ck_core.domain.metric import Metric
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.errors import PluginError

_MEASURED: dict[str, Callable[[Repetition], float | None]] = {
    "wall_s": lambda one: one.wall_s,
    "cpu_s": lambda one: one.cpu_s,
    "user_s": lambda one: one.user_s,
    "system_s": lambda one: one.system_s,
    "peak_memory_bytes": lambda one: one.peak_memory_bytes,
    "voluntary_switches": lambda one: one.voluntary_switches,
    "involuntary_switches": lambda one: one.involuntary_switches,
}


def postprocess(
    request: RunRequest, result: RunResult, built: BuildResult, context: Context
) -> Mapping[str, Metric]:
    """Measured metrics, and those the plugins make of the outputs."""
    metrics = measured_metrics(request, result, built)
    for plugin, judged in context.plugins.collect("postprocess", request=request, result=result):
        for name, metric in judged.items():
            marked = replace(metric, emulator=request.emulator)
            _add(metrics, name, marked, plugin, context)
    if request.references and "correct" not in metrics:
        raise PluginError(
            "no plugin has compared the outputs with their reference", hint="ckp plugins --check"
        )
    return metrics


def measured_metrics(
    request: RunRequest, result: RunResult, built: BuildResult
) -> dict[str, Metric]:
    """What the launcher measured, and the binary's size."""
    metrics = {
        name: metric_of(name, map(of, result.repetitions), emulator=request.emulator)
        for name, of in _MEASURED.items()
    }
    if built.artifact:
        metrics["size_bytes"] = Metric(name="size_bytes", value=built.size_bytes)
    return metrics


def _add(
    metrics: dict[str, Metric], name: str, metric: Metric, plugin: str, context: Context
) -> None:
    """No plugin replaces what ckp measured or another found; one doubt makes a run wrong."""
    if name not in metrics:
        metrics[name] = metric
    elif name == "correct" and metric.value is not True:
        metrics[name] = metrics[name] if metrics[name].value is False else metric
    elif name != "correct":
        context.reporter.warn(f"plugin {plugin}: its '{name}' is left out, there is one already")
