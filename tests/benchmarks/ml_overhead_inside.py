"""The part of ml_overhead.py that a framework's interpreter runs; prints four numbers."""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ckp_ml import measuring
from ckp_ml.adapter import Options, Session
from ckp_ml.classification import Classification
from ckp_ml.images import Images
from ckp_ml.model import read_model
from ckp_ml.tensors import to_input

MODELS = Path(__file__).parents[1] / "ml/models"
QUERIES = 3000
Query = Callable[[], int]
"""Answers how many nanoseconds it took."""


def main(name: str) -> None:
    file, plainly = PLAIN[name]
    path = MODELS / file
    delegate = "none" if name == "onnxruntime" else "xnnpack"
    options = Options(read_model(path, path.parent / "model.json"), delegate=delegate)
    session = importlib.import_module(f"ckp_ml.adapters.{name}").load(options)
    values = to_input(pixels(1), 1, options.model.input, session.input)
    told, plain = in_turn(session, session.bind(values), plainly(path, values))
    print(json.dumps([told, plain, told - plain, besides(session, options)]))


def in_turn(session: Session, bound: Any, plain: Query) -> tuple[float, float]:
    """Medians in microseconds, of the worker's way and of the plain one."""
    ours: list[int] = []
    theirs: list[int] = []
    for _ in range(QUERIES):
        measuring._timed(session.run, bound, ours)
        theirs.append(plain())
    return median(ours), median(theirs)


def besides(session: Session, options: Options) -> float:
    """What a query takes that is not told, in microseconds."""
    with tempfile.NamedTemporaryFile() as file:
        pixels(QUERIES).tofile(file.name)
        images = Images(Path(file.name), (28, 28, 1), ("",) * QUERIES, (0,) * QUERIES, "")
        answers = Classification(options.model)
        start = time.perf_counter_ns()
        times = measuring.measure(session, images, options, 10, answers.take)
        whole = time.perf_counter_ns() - start
    return (whole - sum(times.queries) - sum(times.warmups)) / QUERIES / 1000


def interpreter(package: str) -> Callable[[Path, Any], Query]:
    def made(path: Path, values: Any) -> Query:
        module = importlib.import_module(f"{package}.interpreter")
        one = module.Interpreter(str(path), num_threads=1)
        one.allocate_tensors()
        given = one.get_input_details()[0]["index"]
        answered = one.get_output_details()[0]["index"]

        def query() -> int:
            start = time.perf_counter_ns()
            one.set_tensor(given, values)
            one.invoke()
            one.get_tensor(answered)
            return time.perf_counter_ns() - start

        return query

    return made


def onnxruntime(path: Path, values: Any) -> Query:
    runtime = importlib.import_module("onnxruntime")
    chosen = runtime.SessionOptions()
    chosen.intra_op_num_threads = chosen.inter_op_num_threads = 1
    session = runtime.InferenceSession(str(path), chosen, ["CPUExecutionProvider"])

    def query() -> int:
        start = time.perf_counter_ns()
        session.run(None, {"input": values})
        return time.perf_counter_ns() - start

    return query


PLAIN = {
    "tflite": ("tflite/model.tflite", interpreter("tflite_runtime")),
    "litert": ("tflite/model.tflite", interpreter("ai_edge_litert")),
    "onnxruntime": ("onnx/model.onnx", onnxruntime),
}


def pixels(count: int) -> Any:
    numbers = np.random.RandomState(5)
    return numbers.randint(0, 256, (count, 28, 28, 1)).astype(np.uint8)


def median(values: list[int]) -> float:
    return sorted(values)[len(values) // 2] / 1000


if __name__ == "__main__":
    main(sys.argv[1])
