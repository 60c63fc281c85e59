"""The whole work, from top to bottom."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Callable

from ckp_ml import classification
from ckp_ml.adapter import Options, Session
from ckp_ml.apart import IMPORTING, spent_ns
from ckp_ml.checks import check_session
from ckp_ml.choosing import adapter_of, loaded
from ckp_ml.classification import Classification
from ckp_ml.detection import collecting as detection
from ckp_ml.detection.collecting import Detection
from ckp_ml.failure import Failure, note
from ckp_ml.images import Images, read_images
from ckp_ml.importing import add_user_packages
from ckp_ml.measuring import measure
from ckp_ml.model import Model, read_model
from ckp_ml.results import latencies, write
from ckp_ml.settings import Settings, read_settings


def work() -> None:
    """Raises Failure."""
    settings = read_settings()
    images, session, options, loading = ready(settings)
    answers = _TASKS[options.model.task](options.model)
    times = measure(session, images, options, settings.warmups, answers.take)
    measured = latencies(settings.framework, session, options, times, images=len(images))
    write("predictions.json", answers.predictions(images))
    write("latencies.json", {**measured, **loading})


def ready(settings: Settings) -> tuple[Images, Session, Options, dict[str, int]]:
    """Everything that a query takes, and what loading it took; raises Failure."""
    model = read_model(settings.model, settings.model_meta)
    _check_task(model)
    images = read_images(model, settings.count)
    options = _options(settings, model)
    session, loading = _load(settings, options)
    return images, session, options, loading


_TASKS: Mapping[str, Callable[[Model], Classification | Detection]] = {
    classification.TASK: Classification,
    detection.TASK: Detection,
}
_KINDS = {classification.TASK: classification.KINDS, detection.TASK: detection.KINDS}


def _check_task(model: Model) -> None:
    kinds = _KINDS.get(model.task, ())
    if model.output_kind not in kinds:
        known = "; ".join(f"{task} from {' or '.join(one)}" for task, one in _KINDS.items())
        raise Failure(
            f"model {model.name} is for {model.task} and answers {model.output_kind}; this worker "
            f"does {known}",
            "take another model: ckp ls package --tags=model",
        )


def _options(settings: Settings, model: Model) -> Options:
    return Options(
        model=model,
        batch=settings.batch,
        threads=settings.threads,
        inter_threads=settings.inter_threads,
        delegate=settings.delegate,
        graph_optimization=settings.graph_optimization,
    )


def _load(settings: Settings, options: Options) -> tuple[Session, dict[str, int]]:
    """Raises Failure where the framework cannot, or what it loads is not what was asked for."""
    add_user_packages()
    load = adapter_of(settings)
    start = time.perf_counter_ns()
    session = loaded(load, options, settings.framework)
    load_ns = time.perf_counter_ns() - start - spent_ns()
    check_session(session, options)
    for one in session.notes:
        note(one)
    return session, {"load_ns": load_ns, "import_ns": spent_ns(IMPORTING)}
