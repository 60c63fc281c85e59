"""What a run of LoadGen comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ck_core.domain.metric import Metric
from ck_core.system.files import read_text
from ck_plugins_ml.metrics.latency import nearest_rank
from ck_plugins_ml.mlperf.summary import Summary, parse_summary

LOGS = "mlperf"
SUMMARY = "mlperf_log_summary.txt"
_LARGEST = 1 << 20
_S = 1e-9


def read_summary(directory: Path) -> Summary | None:
    """Of a repetition; None where LoadGen has not been at work."""
    try:
        return parse_summary(read_text(str(directory / LOGS / SUMMARY), _LARGEST)[0])
    except (OSError, ValueError):
        return None


def summary_metrics(summary: Summary) -> dict[str, Metric]:
    """``mlperf_valid``, with LoadGen's reasons, and the scenario's own result."""
    found = [_valid(summary)] if summary.is_valid is not None else []
    if make := _RESULTS.get(summary.scenario):
        found += make(summary)
    return {one.name: one for one in found if one.value is not None}


def answer_metrics(summary: Summary, answer_ns: Sequence[int]) -> dict[str, Metric]:
    """The same percentile by the clock of the system under test, where it is asked one by one.

    It tells whether LoadGen's latency is ours: both hold all that an answer takes.
    """
    percent = _PERCENTILES.get(summary.scenario)
    if percent is None or not answer_ns:
        return {}
    name = f"mlperf_sut_p{percent}_s"
    return {name: _seconds(name, nearest_rank(sorted(answer_ns), percent))}


def _valid(summary: Summary) -> Metric:
    return Metric(name="mlperf_valid", value=summary.is_valid, detail="; ".join(summary.reasons))


def _single_stream(summary: Summary) -> list[Metric]:
    """The rules take the estimate of early stopping."""
    return [
        _seconds("mlperf_latency_p90_s", summary.number("90.0th percentile latency (ns)")),
        _seconds("mlperf_early_stopping_p90_s", summary.estimate_ns),
    ]


def _multi_stream(summary: Summary) -> list[Metric]:
    return [
        _seconds("mlperf_latency_p99_s", summary.number("99.0th percentile latency (ns)")),
        _seconds("mlperf_early_stopping_p99_s", summary.estimate_ns),
    ]


def _offline(summary: Summary) -> list[Metric]:
    return [Metric(name="mlperf_samples_per_s", value=summary.number("Samples per second"))]


def _server(summary: Summary) -> list[Metric]:
    completed = summary.number("Completed samples per second")
    return [
        Metric(name="mlperf_samples_per_s", value=completed),
        _seconds("mlperf_latency_p99_s", summary.percentile_ns("99.00")),
    ]


def _seconds(name: str, nanoseconds: float | None) -> Metric:
    return Metric(name=name, value=None if nanoseconds is None else nanoseconds * _S)


_PERCENTILES = {"SingleStream": 90, "MultiStream": 99}
_RESULTS: Mapping[str, Callable[[Summary], list[Metric]]] = {
    "SingleStream": _single_stream,
    "MultiStream": _multi_stream,
    "Offline": _offline,
    "Server": _server,
}
