"""Anchors of a single-shot detector, and boxes from what it answers beside them.

Sources: W. Liu et al., SSD: Single Shot MultiBox Detector, arXiv 1512.02325, 2016, sections 2.1 and
2.2; and, for which shapes a layer has, TensorFlow's ``ssd_anchor_generator`` with
``reduce_boxes_in_lowest_layer``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Layers:
    """What ``output.anchors`` of a model.json says.

    Attributes:
        grids: sides of each layer's grid, the finest first.
        ratios: width to height; the lowest layer has three shapes only, the others one more, of
            ratio 1 and a size between theirs and the next layer's.
        scales: of the lowest and the highest layer, in shares of the image's side.
        code: by how much centre and size are multiplied in what the network answers.
    """

    grids: tuple[int, ...]
    ratios: tuple[float, ...]
    scales: tuple[float, float]
    code: tuple[float, float]


def read_layers(values: Any) -> Layers:
    """Raises KeyError, TypeError, ValueError where something is missing or no number."""
    low, high = map(float, values["scales"])
    centre, size = map(float, values["code"])
    return Layers(
        grids=tuple(int(one) for one in values["grids"]),
        ratios=tuple(float(one) for one in values["ratios"]),
        scales=(low, high),
        code=(centre, size),
    )


def anchors(layers: Layers) -> NDArray[np.float32]:
    """(N, 4): centre row, centre column, height, width."""
    found = []
    for number, grid in enumerate(layers.grids):
        centres = (np.arange(grid, dtype=np.float32) + 0.5) / grid
        shapes = np.array([*_shapes(layers, number)], np.float32)
        rows, columns = np.meshgrid(centres, centres, indexing="ij")
        places = np.stack([rows, columns], axis=-1).reshape(-1, 1, 2)
        places = np.broadcast_to(places, (grid * grid, len(shapes), 2))
        sizes = np.broadcast_to(shapes, (grid * grid, len(shapes), 2))
        found.append(np.concatenate([places, sizes], axis=-1).reshape(-1, 4))
    return np.concatenate(found).astype(np.float32)


def _shapes(layers: Layers, number: int) -> Iterator[tuple[float, float]]:
    """Heights and widths."""
    low, high = layers.scales
    steps = max(1, len(layers.grids) - 1)
    scale, above = (low + (high - low) * place / steps for place in (number, number + 1))
    if number == 0:
        yield 0.1, 0.1
        pairs = [(scale, ratio) for ratio in (2.0, 0.5)]
    else:
        pairs = [(scale, ratio) for ratio in layers.ratios]
    for size, ratio in pairs:
        yield size / sqrt(ratio), size * sqrt(ratio)
    if number:
        between = sqrt(scale * (1.0 if number == len(layers.grids) - 1 else above))
        yield between, between


def decoded(
    answers: NDArray[np.float32], beside: NDArray[np.float32], layers: Layers
) -> NDArray[np.float32]:
    """Boxes (N, 4) as ``detection.boxes`` has them.

    Args:
        answers: (N, 4): row, column, height, width.
    """
    centre, size = layers.code
    middle = answers[:, :2] / centre * beside[:, 2:] + beside[:, :2]
    half = np.exp(np.clip(answers[:, 2:] / size, -20, 20)) * beside[:, 2:] / 2
    return np.concatenate([middle - half, middle + half], axis=1)
