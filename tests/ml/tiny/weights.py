"""One small network, whose numbers every framework's model is made of.

Convolution 3x3 to 8 channels, ReLU, convolution 3x3 by steps of two to 12, ReLU, mean of all
places, dense to 10 logits. Others flatten where the mean stands: no order of axes can hide in it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

SIDE, FIRST, SECOND, CLASSES = 28, 8, 12, 10
MEAN, SCALE = 127.5, 1 / 127.5


def weights() -> dict[str, Any]:
    """Kernels are (height, width, in, out), as TensorFlow has them."""
    numbers = np.random.RandomState(7)

    def some(*shape: int) -> Any:
        return numbers.normal(0, 0.4, shape).astype(np.float32)

    return {
        "first": some(3, 3, 1, FIRST),
        "first_bias": some(FIRST),
        "second": some(3, 3, FIRST, SECOND),
        "second_bias": some(SECOND),
        "dense": some(SECOND, CLASSES),
        "dense_bias": some(CLASSES),
    }


def write_meta(directory: Path, format_name: str, *, layout: str, **changes: Any) -> None:
    """The model.json beside it."""
    values = {
        "schema": 1,
        "name": f"tiny-{format_name}",
        "task": "image-classification",
        "format": format_name,
        "precision": changes.pop("precision", "fp32"),
        "input": {
            "layout": layout,
            "height": SIDE,
            "width": SIDE,
            "channels": 1,
            "dtype": changes.pop("dtype", "float32"),
            "mean": [MEAN],
            "scale": [SCALE],
        },
        "resize": {"kind": "none"},
        "output": {"kind": "logits"},
        "labels": {"vocabulary": "fashion-mnist", "classes": CLASSES, "offset": 0},
        "licence": "Apache-2.0",
        "source": "random numbers",
    }
    directory.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**values, **changes})
    (directory / "model.json").write_text(text, encoding="utf-8")
