"""Boxes as arrays: (top, left, bottom, right), in shares of the prepared image's sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def overlaps(one: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of a box, (4,), with others, (N, 4)."""
    first = np.maximum(one[:2], others[:, :2])
    last = np.minimum(one[2:], others[:, 2:])
    shared = np.prod(np.clip(last - first, 0, None), axis=1)
    return np.asarray(shared / np.maximum(areas(one[None]) + areas(others) - shared, 1e-12))


def areas(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.prod(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None), axis=1))


def without_duplicates(
    boxes: NDArray[np.float32], scores: NDArray[np.float32], overlap: float, most: int
) -> list[int]:
    """Non-maximum suppression, greedily: places of the boxes that stay, the surest first.

    Args:
        overlap: a box that shares more than this with a surer one is the same thing.
    """
    kept: list[int] = []
    left = np.argsort(-scores, kind="stable")
    while left.size and len(kept) < most:
        first, left = left[0], left[1:]
        kept.append(int(first))
        left = left[overlaps(boxes[first], boxes[left]) <= overlap]
    return kept
