"""Numbers that programs write in JSON of their own making."""

from __future__ import annotations

from collections.abc import Iterator
from sys import float_info

_DEEPEST = 8


def numbers_in(values: object, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, float]]:
    """Finite ones, of nested objects by keys with dots: ``run_time_state.image_size_x``."""
    for key, value in values.items() if isinstance(values, dict) and depth < _DEEPEST else ():
        if isinstance(value, dict):
            yield from numbers_in(value, f"{prefix}{key}.", depth + 1)
        elif type(value) in (int, float) and abs(value) <= float_info.max:
            yield f"{prefix}{key}", float(value)
