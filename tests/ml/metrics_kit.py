"""What a repetition leaves behind, and what the hook makes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ck_core.domain.metric import Metric
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_plugins_ml.metrics.plugin import postprocess

FRAMEWORK: Mapping[str, str] = {"CKP_ML_FRAMEWORK": "abacus"}
FILES = ("latencies.json", "predictions.json")


def latencies(**changes: Any) -> dict[str, Any]:
    """Four images, one a query."""
    values = {
        "schema": 1,
        "framework": "abacus",
        "version": "1.0",
        "model": "brightness",
        "precision": "fp32",
        "batch": 1,
        "images": 4,
        "query_ns": [40, 10, 30, 20],
        "load_ns": 5_000,
        "model_bytes": 123,
    }
    return {**values, **changes}


def predictions(**changes: Any) -> dict[str, Any]:
    """Of ten classes: right; second; not among five; without a label."""
    values = {
        "schema": 1,
        "task": "image-classification",
        "classes": 10,
        "ids": ["a", "b", "c", "d"],
        "labels": [0, 1, 9, None],
        "top": [[0, 1, 2, 3, 4], [2, 1, 0, 3, 4], [1, 2, 3, 4, 5], [7, 1, 2, 3, 4]],
        "scores": [[0.2] * 5] * 4,
    }
    return {**values, **changes}


def repetition(directory: Path, *texts: Any) -> Repetition:
    """With the two files, as objects or texts; None is a file that is not there."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, one in zip(FILES, texts, strict=True):
        if one is not None:
            text = one if isinstance(one, str) else json.dumps(one)
            (directory / name).write_text(text, encoding="utf-8")
    return Repetition(wall_s=1.0, exit_status=0, timed_out=False, directory=directory)


def judged(
    *repetitions: Repetition,
    environment: Mapping[str, str] = FRAMEWORK,
) -> Mapping[str, Metric]:
    request = RunRequest(
        arguments=("true",),
        environment=environment,
        directory=repetitions[0].directory.parent,
    )
    return postprocess(request=request, result=RunResult(repetitions=repetitions))
