"""A framework in a few lines: brightness decides. The model is JSON and says how to behave."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from ckp_ml.adapter import Options, Session, batched, refuse
from ckp_ml.tensors import Tensor


def load(options: Options) -> Any:
    says = json.loads(options.path.read_text(encoding="utf-8"))
    if says.get("at_load") == "raise":
        raise RuntimeError(says["words"])
    if says.get("at_load") == "answer nothing":
        return None
    refuse(options, "NumPy", delegate=("none",), threads=(1, 2))
    shape = batched(tuple(says.get("shape", [None, 4, 4, 1])), options, "NumPy")
    given = Tensor("pixels", shape, says.get("dtype", "float32"), *says.get("quantisation", []))
    classes = says.get("classes", 10)
    answered = Tensor("classes", (says.get("answers", options.batch), classes), "float32")
    held = np.empty(says.get("bytes", 0), np.uint8)
    log = Path("queries.txt")
    log.write_text("", encoding="utf-8")

    def run(values: Any) -> Any:
        with log.open("a", encoding="utf-8") as stream:
            stream.write(f"{values.shape} {values.dtype}\n")
        if says.get("at_query") == "raise":
            raise ValueError(says["words"])
        if "signal" in says:
            os.kill(os.getpid(), says["signal"])
        return answers(values, classes) * np.float32("nan" if says.get("nan") else 1)

    return Session(
        version="1.0",
        input=given,
        outputs=(answered,),
        bind=lambda values: values,
        run=run,
        fetch=lambda result: [result][: 1 + held.size],
        notes=tuple(says.get("notes", ())),
    )


def answers(values: Any, classes: int) -> Any:
    """Minus the distance of the mean to each class's number: the nearest is the best."""
    means = values.reshape(len(values), -1).mean(axis=1)
    return -np.abs(means[:, None] - np.arange(classes)[None, :]).astype(np.float32)
