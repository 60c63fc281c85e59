"""Pillow's way of resizing, computed anew from its description, with plain integers.

Convolution with a filter that is as wide as the reduction (antialiasing), first along rows, then
along columns; coefficients have 22 binary places, and every pass rounds to 8 bits.
"""

from __future__ import annotations

from collections.abc import Sequence

Plane = list[list[int]]
_PLACES = 22
_SUPPORT = {"bilinear": 1.0, "bicubic": 2.0}


def resized(plane: Plane, width: int, height: int, method: str) -> Plane:
    """Rows of one channel."""
    rows = [_pass(row, width, method) for row in plane]
    columns = [_pass(list(column), height, method) for column in zip(*rows, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)]


def _pass(values: Sequence[int], size: int, method: str) -> list[int]:
    if size == len(values):
        return list(values)
    return [
        _rounded(sum(weight * values[start + n] for n, weight in enumerate(weights)))
        for start, weights in _weights(len(values), size, method)
    ]


def _weights(before: int, after: int, method: str) -> list[tuple[int, list[int]]]:
    scale = before / after
    stretch = max(scale, 1.0)
    reach = _SUPPORT[method] * stretch
    found = []
    for place in range(after):
        centre = (place + 0.5) * scale
        start, end = max(0, int(centre - reach + 0.5)), min(before, int(centre + reach + 0.5))
        raw = [_filter((n - centre + 0.5) / stretch, method) for n in range(start, end)]
        total = sum(raw)
        found.append((start, [_fixed(one / total) for one in raw]))
    return found


def _filter(x: float, method: str) -> float:
    x = abs(x)
    if method == "bilinear":
        return max(0.0, 1.0 - x)
    a = -0.5
    if x < 1:
        return ((a + 2) * x - (a + 3)) * x * x + 1
    return (((x - 5) * x + 8) * x - 4) * a if x < 2 else 0.0


def _fixed(weight: float) -> int:
    return int((0.5 if weight >= 0 else -0.5) + weight * (1 << _PLACES))


def _rounded(value: int) -> int:
    return min(255, max(0, (value + (1 << (_PLACES - 1))) >> _PLACES))
