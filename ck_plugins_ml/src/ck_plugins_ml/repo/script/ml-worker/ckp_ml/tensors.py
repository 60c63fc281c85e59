"""From pixels to what a model takes, and from what it answers to numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ckp_ml.model import Input

INTEGERS = ("int8", "uint8")
TAKEN = ("float32", "float16", *INTEGERS)
"""What an input may consist of."""


@dataclass(frozen=True)
class Tensor:
    """An input or output, as the framework tells it.

    Attributes:
        shape: with the batch in front; None where the framework does not say, or it varies.
        dtype: as NumPy names it.
        scale, zero_point: value = (integer - zero_point) * scale; a scale of 0 is none.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str
    scale: float = 0.0
    zero_point: int = 0


def to_input(pixels: NDArray[np.uint8], batch: int, wanted: Input, tensor: Tensor) -> NDArray[Any]:
    """Whole batches: what is missing of the last one is filled with the last image."""
    if missing := -len(pixels) % batch:
        pixels = np.concatenate([pixels, np.repeat(pixels[-1:], missing, axis=0)])
    if tensor.dtype == "uint8" and not tensor.scale:
        values: NDArray[Any] = pixels  # the model itself scales them
    else:
        mean, scale = np.array(wanted.mean, np.float32), np.array(wanted.scale, np.float32)
        values = quantised((pixels.astype(np.float32) - mean) * scale, tensor)
    if wanted.layout == "NCHW":
        values = values.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(values)


def quantised(values: NDArray[np.float32], tensor: Tensor) -> NDArray[Any]:
    """Rounded to the nearest (halves to even), and held within the type's limits."""
    if tensor.dtype not in INTEGERS:
        return values.astype(tensor.dtype, copy=False)
    limits = np.iinfo(tensor.dtype)
    steps = np.rint(values / np.float32(tensor.scale)) + tensor.zero_point
    return np.asarray(np.clip(steps, limits.min, limits.max), dtype=tensor.dtype)


def dequantised(values: NDArray[Any], tensor: Tensor) -> NDArray[np.float32]:
    if tensor.dtype in INTEGERS and tensor.scale:
        steps = values.astype(np.float32) - np.float32(tensor.zero_point)
        return np.asarray(steps * np.float32(tensor.scale), dtype=np.float32)
    return values.astype(np.float32, copy=False)
