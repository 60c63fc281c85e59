"""Quantities as people read them; which units a metric has, the suffix of its name says."""

from __future__ import annotations

from math import isfinite

from ck_core.domain.metric import Metric

Steps = tuple[tuple[float, str], ...]
"""Units with what one of them is in the unit of the metric's name, the largest first."""
STEPS: dict[str, Steps] = {
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")),
    "bytes": ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")),
    "j": ((1e3, "kJ"), (1.0, "J"), (1e-3, "mJ"), (1e-6, "µJ")),
    "w": ((1e3, "kW"), (1.0, "W"), (1e-3, "mW")),
    "hz": ((1e9, "GHz"), (1e6, "MHz"), (1e3, "kHz"), (1.0, "Hz")),
}
LONGEST_S = 365 * 24 * 3600.0
"""What a user may ask for: a timer can wait for it."""
LONGEST = 1e15
"""Longer numbers nobody reads digit by digit, and a double does not know them all."""
_DIGITS = 3


def steps_of(metric: str) -> Steps | None:
    """The units of what the name's suffix says; None for a plain number and a rate (``per_s``)."""
    if metric.startswith("execution_time"):  # CK's timers have no suffix, and tell seconds
        return STEPS["s"]
    name, _, suffix = metric.rpartition("_")
    is_rate = name == "per" or name.endswith("_per")
    return STEPS.get(suffix) if name and not is_rate else None


def fitting_step(steps: Steps, largest: float, digits: int) -> tuple[float, str]:
    """The unit in which the largest of some values is 1 or more, or the smallest there is.

    Args:
        digits: with which it is shown: 0.9996 s is 1 s in three digits, and no 1000 ms.
    """
    if largest == 0:
        return next((step, unit) for step, unit in steps if step == 1.0)
    fits = (pair for pair in steps if float(f"{largest / pair[0]:.{digits}g}") >= 1)
    return next(fits, steps[-1])


def rounded(value: float, digits: int, *, keeps_zeros: bool = False) -> str:
    """With so many digits; from 1000 on with all before the point, and no exponent."""
    if not isfinite(value) or abs(value) >= LONGEST:
        return f"{value:.{digits}g}"
    if abs(float(f"{value:.{digits}g}")) >= 1000:
        return f"{value:.0f}"
    return f"{value:#.{digits}g}".rstrip(".") if keeps_zeros else f"{value:.{digits}g}"


def format_value(value: float, steps: Steps | None) -> str:
    """``12.3 ms``: three digits in the unit that fits; a plain number has four."""
    if steps is None:
        return rounded(value, _DIGITS + 1)
    step, unit = fitting_step(steps, abs(value), _DIGITS)
    shown = value / step
    return f"{shown:.0f} {unit}" if unit == "B" else f"{rounded(shown, _DIGITS)} {unit}"


def format_metric(metric: Metric) -> str:
    """The value with its interval, in the unit that the name's suffix tells."""
    text = _value_text(metric)
    if not _has_interval(metric):
        return text
    steps = steps_of(metric.name)
    low, high = (format_value(one or 0.0, steps) for one in (metric.low, metric.high))
    return f"{text}  [{low}, {high}]"


def metric_text(metric: Metric) -> str:
    """``152 ms ±3.0 %``: the value, and how far away the further end of its interval is."""
    text = _value_text(metric)
    value, low, high = (float(one or 0.0) for one in (metric.value, metric.low, metric.high))
    if not value or not _has_interval(metric):
        return text
    share = max(abs(value - low), abs(high - value)) / abs(value)
    return f"{text} ±{share * 100:.1f} %"


def _value_text(metric: Metric) -> str:
    if metric.value is None or isinstance(metric.value, bool):
        return {None: "unknown", True: "yes", False: "no"}[metric.value]
    return format_value(metric.value, steps_of(metric.name))


def _has_interval(metric: Metric) -> bool:
    is_number = metric.value is not None and not isinstance(metric.value, bool)
    return is_number and None not in (metric.low, metric.high) and metric.low != metric.high
