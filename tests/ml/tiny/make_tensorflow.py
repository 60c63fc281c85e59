"""The small network as SavedModel and TFLite: ``cd tests; PYTHON -m ml.tiny.make_tensorflow DIR``.

With an open and with a fixed batch; in 8 bits, with weights of 8 bits alone; and another one with
an operator that TensorFlow Lite does not have.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

from ml.tiny.weights import CLASSES, FIRST, SECOND, SIDE, weights, write_meta


def wider_model() -> Any:
    """Small weights are left in 32 bits by the converter."""
    layers = tf.keras.layers
    inputs = layers.Input((SIDE, SIDE, 1))
    values = layers.Conv2D(32, 3, activation="relu")(inputs)
    values = layers.Conv2D(32, 3, strides=2, activation="relu")(values)
    values = layers.GlobalAveragePooling2D()(values)
    return tf.keras.Model(inputs, layers.Dense(CLASSES)(values))


def keras_model() -> Any:
    layers = tf.keras.layers
    inputs = layers.Input((SIDE, SIDE, 1))
    values = layers.Conv2D(FIRST, 3, padding="same", activation="relu")(inputs)
    values = layers.Conv2D(SECOND, 3, padding="same", strides=2, activation="relu")(values)
    values = layers.GlobalAveragePooling2D()(values)
    model = tf.keras.Model(inputs, layers.Dense(CLASSES)(values))
    model.set_weights(list(weights().values()))
    return model


SIGNATURE = [tf.TensorSpec([1, SIDE, SIDE, 1], tf.float32)]


class Unheard(tf.Module):  # type: ignore[misc]  # TensorFlow lies elsewhere
    """Has an operator that TensorFlow Lite does not have."""

    @tf.function(input_signature=SIGNATURE)  # type: ignore[untyped-decorator]
    def serve(self, images: Any) -> Any:
        return tf.math.erfinv(tf.reshape(images, [1, -1])[:, :CLASSES])


def export(model: Any, place: Path, batch: int | None) -> Path:
    """With an input signature: without one XNNPACK is not applied, and Arm NN fails."""
    shutil.rmtree(place, ignore_errors=True)
    spec = tf.TensorSpec([batch, SIDE, SIDE, 1], tf.float32)
    model.export(str(place), input_signature=[spec], verbose=False)
    return place


def examples() -> Iterator[list[Any]]:
    numbers = np.random.RandomState(1)
    for _ in range(64):
        yield [numbers.uniform(-1, 1, (1, SIDE, SIDE, 1)).astype(np.float32)]


def converter(saved: Path, *, calibrated: bool = False, weights_only: bool = False) -> Any:
    found = tf.lite.TFLiteConverter.from_saved_model(str(saved))
    if calibrated or weights_only:
        found.optimizations = [tf.lite.Optimize.DEFAULT]
    if calibrated:
        found.representative_dataset = examples
        found.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        found.inference_input_type = found.inference_output_type = tf.int8
    return found


def save(place: Path, content: bytes, **meta: Any) -> None:
    write_meta(place, "tflite", layout="NHWC", name=f"tiny-{place.name}", **meta)
    (place / "model.tflite").write_bytes(content)


def main(place: Path) -> None:
    model = keras_model()
    write_meta(place / "savedmodel", "savedmodel", layout="NHWC")
    export(model, place / "savedmodel" / "model", None)
    name = {"name": "tiny-savedmodel-fixed"}
    write_meta(place / "savedmodel-fixed", "savedmodel", layout="NHWC", **name)
    fixed = export(model, place / "savedmodel-fixed" / "model", 1)
    open_batch = place / "savedmodel" / "model"
    save(place / "tflite", converter(fixed).convert())
    save(place / "tflite-open", converter(open_batch).convert())
    int8 = {"precision": "int8", "dtype": "int8"}
    save(place / "tflite-int8", converter(fixed, calibrated=True).convert(), **int8)
    wider = export(wider_model(), place / "scratch", 1)
    only_weights = converter(wider, weights_only=True).convert()
    save(place / "tflite-weights-only", only_weights, precision="int8")
    shutil.rmtree(wider)
    module = Unheard()
    signatures = {"serving_default": module.serve.get_concrete_function()}
    tf.saved_model.save(module, str(place / "scratch"), signatures=signatures)
    unheard = converter(place / "scratch")
    unheard.allow_custom_ops = True
    save(place / "tflite-unknown", unheard.convert())
    shutil.rmtree(place / "scratch")
    print("written")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
