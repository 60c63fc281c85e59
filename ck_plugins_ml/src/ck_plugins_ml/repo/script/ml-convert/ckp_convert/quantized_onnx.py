"""An ONNX model in 16 or in 8 bits, by ONNX Runtime's own tools.

In 16 bits input and output stay float32. In 8 bits (QDQ) weights are signed and by channel,
activations unsigned; their ranges are the least and largest of the calibration's images.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers.float16 import convert_float_to_float16

from ckp_convert.job import Job

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FILE = "model.onnx"


def convert(job: Job) -> None:
    job.only("fp16", "int8")
    logging.getLogger().setLevel(logging.ERROR)
    meta = job.source_meta()
    if job.precision == "fp16":
        model = onnx.load(str(job.source))
        onnx.save(convert_float_to_float16(model, keep_io_types=True), job.directory / _FILE)
    else:
        _quantize(job, job.calibration(meta))
    job.describe(meta, file=_FILE)


def _quantize(job: Job, images: NDArray[np.float32]) -> None:
    ready = "ready.onnx"
    quant_pre_process(str(job.source), ready, skip_symbolic_shape=True)
    quantize_static(
        ready,
        str(job.directory / _FILE),
        Images(images, _input_of(ready)),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )


def _input_of(file: str) -> str:
    return str(onnx.load(file, load_external_data=False).graph.input[0].name)


class Images(CalibrationDataReader):  # type: ignore[misc]  # it lies elsewhere
    """One after the other, NCHW."""

    def __init__(self, images: NDArray[np.float32], name: str) -> None:
        self._rest: Iterator[NDArray[np.float32]] = iter(images.transpose(0, 3, 1, 2)[:, None])
        self._name = name

    def get_next(self) -> dict[str, Any] | None:
        one = next(self._rest, None)
        return None if one is None else {self._name: np.ascontiguousarray(one)}
