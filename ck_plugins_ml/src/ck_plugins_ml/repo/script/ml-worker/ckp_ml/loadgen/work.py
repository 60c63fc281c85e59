"""A run of LoadGen, from top to bottom."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from ckp_ml.classification import Classification
from ckp_ml.failure import Failure
from ckp_ml.images import Images
from ckp_ml.loadgen.asked import MODES, Asked, read_asked, write_user_conf
from ckp_ml.loadgen.library import Library
from ckp_ml.loadgen.system import System, Waiting
from ckp_ml.loadgen.targets import with_targets
from ckp_ml.measuring import Times, no_collection
from ckp_ml.results import latencies, write
from ckp_ml.settings import read_settings
from ckp_ml.work import ready

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOGS = Path("mlperf")
USER_CONF = "user.conf"


def work() -> None:
    """Raises Failure."""
    settings, asked = read_settings(), read_asked()
    loadgen = _loadgen()
    images, session, options, loading = ready(settings)
    library = Library(images, session, options)
    system = System(loadgen, session, options, library, keeps=asked.is_accuracy)
    asked = with_targets(asked, system.warm_up(settings.warmups), options.batch)
    with no_collection():
        _run(asked, system)
    system.check()
    times = Times(queries=system.query_ns)
    count = len(images) if asked.is_accuracy else system.images  # some are asked twice
    measured = latencies(settings.framework, session, options, times, images=count)
    if asked.is_accuracy:
        write("predictions.json", _predictions(system, images))
    told = {"scenario": asked.scenario, "mode": asked.mode, "answer_ns": system.answer_ns}
    write("latencies.json", {**measured, **loading, "mlperf": told})


def _loadgen() -> Any:
    try:
        import mlperf_loadgen  # noqa: PLC0415  # not every framework's packages have it
    except ImportError as error:
        raise Failure(
            f"LoadGen is not among the framework's packages: {error}",
            "take a framework that ckp installs, or: pip install mlcommons-loadgen",
        ) from None
    return mlperf_loadgen


def _run(asked: Asked, system: System) -> None:
    loadgen, library = system.loadgen, system.library
    LOGS.mkdir(exist_ok=True)
    write_user_conf(asked, LOGS / USER_CONF)
    waiting = Waiting(system) if asked.scenario == "Server" else None
    answer: Callable[[list[Any]], None] = waiting.answer if waiting else system.answer
    sut = loadgen.ConstructSUT(answer, lambda: None)
    in_memory = min(asked.samples_in_memory, len(library))
    samples = loadgen.ConstructQSL(len(library), in_memory, library.load, library.unload)
    try:
        loadgen.StartTestWithLogSettings(sut, samples, _settings(asked, loadgen), _logs(loadgen))
    finally:
        loadgen.DestroyQSL(samples)
        loadgen.DestroySUT(sut)
        if waiting:
            waiting.close()


def _settings(asked: Asked, loadgen: Any) -> Any:
    settings = loadgen.TestSettings()
    settings.scenario = getattr(loadgen.TestScenario, asked.scenario)
    settings.mode = getattr(loadgen.TestMode, MODES[asked.mode])
    settings.FromConfig(str(LOGS / USER_CONF), asked.model, asked.scenario, 1)
    return settings


def _logs(loadgen: Any) -> Any:
    output = loadgen.LogOutputSettings()
    output.outdir = os.fspath(LOGS)
    output.copy_summary_to_stdout = False
    logs = loadgen.LogSettings()
    logs.log_output = output
    logs.enable_trace = False
    return logs


def _predictions(system: System, images: Images) -> dict[str, Any]:
    """In the order of the images; raises Failure where one was not asked for."""
    missing = [number for number in range(len(images)) if number not in system.answers]
    if missing:
        raise Failure(f"LoadGen has not asked for image {missing[0]} and {len(missing) - 1} others")
    found = Classification(system.options.model)
    for number in range(len(images)):
        outputs: list[NDArray[np.float32]] = system.answers[number]
        found.take(1, [one[None] for one in outputs])
    return found.predictions(images)
