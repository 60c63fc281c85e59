"""The hook *postprocess*: accuracy, latency and size of what ``script:ml-worker`` has run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.metric import Metric
from ck_core.domain.run import RunRequest, RunResult
from ck_core.system.json_files import StrangeFileError
from ck_plugins_ml.metrics.accuracy import accuracy_metrics, no_accuracy
from ck_plugins_ml.metrics.combining import combined
from ck_plugins_ml.metrics.detection import detection_metrics
from ck_plugins_ml.metrics.documents import (
    LATENCIES,
    PREDICTIONS,
    Latencies,
    Predictions,
    read_latencies,
    read_predictions,
)
from ck_plugins_ml.metrics.latency import latency_metrics

_REPORT, _BOXES = "CKP_ML_REPORT", "CKP_BOXES"
_FRAMEWORK = "CKP_ML_FRAMEWORK"
"""Set by the framework's installation: of other programs no file is looked at."""


@hookimpl
def postprocess(request: RunRequest, result: RunResult) -> Mapping[str, Metric]:
    """Nothing for programs that run no framework, or have written none of the two files.

    A file that nothing can be made of is a wrong output, with the reason.

    Raises:
        UsageError: a file is of another schema.
        StorageError: the report cannot be written.
    """
    if not request.environment.get(_FRAMEWORK):
        return {}
    try:
        return combined([_of_one(request, one.directory) for one in result.repetitions])
    except StrangeFileError as problem:
        return {"correct": Metric(name="correct", value=False, detail=str(problem))}


def _of_one(request: RunRequest, directory: Path) -> Mapping[str, Metric]:
    written = [name for name in (LATENCIES, PREDICTIONS) if (directory / name).exists()]
    if not written:
        return {}
    latencies = read_latencies(directory)
    found = latency_metrics(latencies)
    if PREDICTIONS not in written:
        return {**found, **no_accuracy(f"{PREDICTIONS} was not written")}
    predictions = read_predictions(directory, latencies.images)
    if predictions is None:
        _keep_boxes(request, latencies, directory)
        _report_detection(request, latencies, directory)
        return {**found, **detection_metrics(directory)}
    _report(request, directory, latencies, predictions)
    return {**found, **accuracy_metrics(predictions)}


def _keep_boxes(request: RunRequest, latencies: Latencies, directory: Path) -> None:
    if place := request.environment.get(_BOXES, ""):
        from ck_plugins_ml.metrics.boxes import keep_boxes  # noqa: PLC0415  # who asks for it

        keep_boxes(Path(place).absolute(), latencies.names.values(), directory)


def _report(
    request: RunRequest, directory: Path, latencies: Latencies, predictions: Predictions
) -> None:
    if place := request.environment.get(_REPORT, ""):
        from ck_plugins_ml.metrics.report import write_report  # noqa: PLC0415  # who asks for it

        write_report(Path(place), tuple(latencies.names.values()), predictions, directory)


def _report_detection(request: RunRequest, latencies: Latencies, directory: Path) -> None:
    if place := request.environment.get(_REPORT, ""):
        from ck_plugins_ml.metrics.detection_report import (  # noqa: PLC0415  # who asks for it
            write_detection_report,
        )

        write_detection_report(Path(place), tuple(latencies.names.values()), directory)
