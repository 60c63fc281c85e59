"""How long queries take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ck_core.analysis.metrics import metric_of
from ck_core.domain.metric import Metric
from ck_plugins_ml.metrics.documents import Latencies

_S = 1e-9
_PERCENTILES = (90, 99)


def latency_metrics(latencies: Latencies) -> dict[str, Metric]:
    """Of one process: ``latency_s`` is the median of its queries, with the median's interval."""
    return {one.name: one for one in _metrics(latencies)}


def nearest_rank(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that at least ``percent`` of all do not exceed: one that was measured.

    Source: the nearest-rank definition, R. J. Hyndman and Y. Fan, Sample Quantiles in Statistical
    Packages, definition 1.
    """
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


def _metrics(latencies: Latencies) -> Iterator[Metric]:
    ordered = sorted(latencies.query_ns)
    count, total = len(ordered), sum(ordered)
    queries = f"{count} quer{'y' if count == 1 else 'ies'}"
    yield metric_of("latency_s", (one * _S for one in ordered), detail=f"median of {queries}")
    yield Metric(name="latency_mean_s", value=total / count * _S)
    for percent in _PERCENTILES:
        value = nearest_rank(ordered, percent) * _S
        yield Metric(name=f"latency_p{percent}_s", value=value, detail=f"nearest rank of {queries}")
    yield _throughput(latencies.images, total)
    if latencies.load_ns is not None:
        yield Metric(name="load_s", value=latencies.load_ns * _S)
    if latencies.model_bytes is not None:
        yield Metric(name="model_bytes", value=latencies.model_bytes)


def _throughput(images: int, total_ns: int) -> Metric:
    if not total_ns:
        why = "its clock saw no query take any time"
        return Metric(name="throughput_per_s", value=None, detail=why)
    detail = f"{images} images by the sum of query times"
    return Metric(name="throughput_per_s", value=images / (total_ns * _S), detail=detail)
