"""The small network in NumPy alone, place by place."""

from __future__ import annotations

from typing import Any

import numpy as np

from ml.tiny.weights import MEAN, SCALE, weights


def probabilities(pixels: Any) -> Any:
    """Of images (count, 28, 28, 1) of 8 bits."""
    numbers = {name: value.astype(np.float64) for name, value in weights().items()}
    values = (pixels.astype(np.float64) - MEAN) * SCALE
    padded = np.pad(values, ((0, 0), (1, 1), (1, 1), (0, 0)))
    first = np.maximum(_convolved(padded, numbers["first"], 1) + numbers["first_bias"], 0)
    padded = np.pad(first, ((0, 0), (0, 1), (0, 1), (0, 0)))
    second = np.maximum(_convolved(padded, numbers["second"], 2) + numbers["second_bias"], 0)
    logits = second.mean((1, 2)) @ numbers["dense"] + numbers["dense_bias"]
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def _convolved(values: Any, kernel: Any, step: int) -> Any:
    size = (values.shape[1] - kernel.shape[0]) // step + 1
    found = np.zeros((len(values), size, size, kernel.shape[3]))
    for row, column in np.ndindex(size, size):
        part = values[:, row * step : row * step + 3, column * step : column * step + 3, :]
        found[:, row, column] = np.tensordot(part, kernel, ((1, 2, 3), (0, 1, 2)))
    return found
