"""Quantities as people read them."""

from __future__ import annotations

from collections.abc import Callable

from ck_core.domain.metric import Metric


def format_seconds(value: float) -> str:
    """``12.3 ms``: three digits and the unit that fits."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if abs(value) >= scale or unit == "µs":
            return f"{value / scale:.3g} {unit}" if value / scale < 1000 else f"{value:.0f} s"
    return f"{value} s"


def format_bytes(value: float) -> str:
    """``16.4 kB``: decimal units, as disks and networks count."""
    for unit in ("B", "kB", "MB"):
        if abs(value) < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} GB"


def format_binary(count: int) -> str:
    """``23.5 GiB``: binary units, as memory and caches are built."""
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:.4g} TiB"


def format_metric(metric: Metric) -> str:
    """The value with its interval, in the unit that the name's suffix tells."""
    if metric.value is None or isinstance(metric.value, bool):
        return {None: "unknown", True: "yes", False: "no"}[metric.value]
    show = _formatter(metric.name)
    if metric.low is None or metric.high is None or metric.low == metric.high:
        return show(metric.value)
    return f"{show(metric.value)}  [{show(metric.low)}, {show(metric.high)}]"


def _formatter(name: str) -> Callable[[float], str]:
    if name.startswith("execution_time"):  # CK's timers have no suffix, and tell seconds
        return format_seconds
    return _FORMATS.get(name.rpartition("_")[2], _format_plain)


def _format_plain(value: float) -> str:
    return f"{value:.4g}"


_FORMATS: dict[str, Callable[[float], str]] = {"s": format_seconds, "bytes": format_bytes}
