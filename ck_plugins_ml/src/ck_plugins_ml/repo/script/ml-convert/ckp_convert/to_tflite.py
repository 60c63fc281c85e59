"""TensorFlow Lite by TensorFlow's converter, for one image at a time; runtimes resize that.

In 16 bits the weights are, and are widened when they are used. In 8 bits input and output are as
well; weights are quantised by channel, in dense layers by tensor, as Arm NN wants them.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from ckp_convert.job import Job
from ckp_convert.keras_network import export, keras_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FILE = "model.tflite"


def convert(job: Job) -> None:
    job.only("fp32", "fp16", "int8")
    with _saved(job) as saved:
        converter = tf.lite.TFLiteConverter.from_saved_model(saved)
        if job.precision != "fp32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if job.precision == "fp16":
            converter.target_spec.supported_types = [tf.float16]
        if job.precision == "int8":
            _quantize(converter, job.calibration(job.network.meta))
        (job.directory / _FILE).write_bytes(converter.convert())
    kind = "int8" if job.precision == "int8" else "float32"
    given = {**job.network.meta["input"], "layout": "NHWC", "dtype": kind}
    job.describe(job.network.meta, format="tflite", file=_FILE, input=given)


@contextlib.contextmanager
def _saved(job: Job) -> Iterator[str]:
    """Not ``from_concrete_functions``: with Keras 3 that answers models that predict nonsense."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as place:
        export(keras_network(job.network), place, 1)
        yield place


def _quantize(converter: Any, images: NDArray[np.float32]) -> None:
    converter.representative_dataset = lambda: ([one[None]] for one in images)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    converter._experimental_disable_per_channel_quantization_for_dense_layers = True
