"""The hook *postprocess*: whether LoadGen found the run valid, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.metric import Metric
from ck_core.domain.run import RunRequest, RunResult
from ck_core.system.json_files import StrangeFileError
from ck_plugins_ml.metrics.accuracy import accuracy_metrics
from ck_plugins_ml.metrics.combining import combined
from ck_plugins_ml.metrics.documents import (
    Latencies,
    Predictions,
    read_latencies,
    read_predictions,
)
from ck_plugins_ml.mlperf.metrics import answer_metrics, read_summary, summary_metrics
from ck_plugins_ml.mlperf.targets import accuracy_metric

_MODE = "CKP_MLPERF_MODE"
"""Set by the program: of others no file is looked at."""
_MODEL, _TARGET = "CKP_MLPERF_MODEL", "CKP_MLPERF_ACCURACY_TARGET"
_SUBMISSION = "CKP_MLPERF_SUBMISSION"


@hookimpl
def postprocess(request: RunRequest, result: RunResult) -> Mapping[str, Metric]:
    """Nothing for programs that LoadGen does not drive.

    Raises:
        UsageError: a file is of another schema.
        StorageError: the submission cannot be written.
    """
    if not request.environment.get(_MODE):
        return {}
    try:
        return combined([_of_one(request, one.directory) for one in result.repetitions])
    except StrangeFileError:  # the metrics of the run itself tell it
        return {}


def _of_one(request: RunRequest, directory: Path) -> Mapping[str, Metric]:
    summary = read_summary(directory)
    if summary is None:
        return {}
    latencies = read_latencies(directory)
    accuracy = _Accuracy.of(request, directory, latencies)
    if request.environment.get(_SUBMISSION):
        from ck_plugins_ml.mlperf.submitting import submit  # noqa: PLC0415  # who asks for it

        line = accuracy.line if accuracy else ""
        submit(request.environment, latencies.names, directory, line)
    return {
        **summary_metrics(summary),
        **answer_metrics(summary, latencies.answer_ns),
        **(accuracy.metrics(request) if accuracy else {}),
    }


@dataclass(frozen=True, kw_only=True)
class _Accuracy:
    """Of a run in mode accuracy."""

    predictions: Predictions

    @classmethod
    def of(cls, request: RunRequest, directory: Path, latencies: Latencies) -> _Accuracy | None:
        if request.environment[_MODE] != "accuracy":
            return None
        predictions = read_predictions(directory, latencies.images)
        return cls(predictions=predictions) if predictions else None

    def metrics(self, request: RunRequest) -> dict[str, Metric]:
        environment, count = request.environment, len(self.predictions.labels)
        model = environment.get(_MODEL, "") or "other"
        found = accuracy_metrics(self.predictions)
        judged = accuracy_metric(model, environment.get(_TARGET, ""), found, count)
        return {judged.name: judged}

    @property
    def line(self) -> str:
        """As the reference's ``accuracy-imagenet.py`` writes it; of the images with a label."""
        pairs = zip(self.predictions.labels, self.predictions.top, strict=True)
        hits = [label == top[0] for label, top in pairs if label is not None]
        good, total = sum(hits), len(hits)
        share = good / total if total else 0.0
        return f"accuracy={100 * share:.3f}%, good={good}, total={total}"
