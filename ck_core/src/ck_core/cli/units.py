"""Quantities as people read them: three digits, each value in the unit that fits it."""

from __future__ import annotations

from ck_core.domain.units import STEPS, Steps, format_metric, format_value

__all__ = ["format_binary", "format_bytes", "format_metric", "format_seconds"]

_BINARY: Steps = (
    (1024.0**4, "TiB"),
    (1024.0**3, "GiB"),
    (1024.0**2, "MiB"),
    (1024.0, "KiB"),
    (1.0, "B"),
)


def format_seconds(value: float) -> str:
    """``12.3 ms``"""
    return format_value(value, STEPS["s"])


def format_bytes(value: float) -> str:
    """``16.4 kB``: decimal units, as disks and networks count."""
    return format_value(value, STEPS["bytes"])


def format_binary(count: int) -> str:
    """``23.5 GiB``: binary units, as memory and caches are built."""
    return format_value(float(count), _BINARY)
