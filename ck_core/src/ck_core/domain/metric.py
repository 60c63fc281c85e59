"""Metrics: what a run is judged by."""

from __future__ import annotations

from dataclasses import dataclass

WALL = "wall_s"
"""What everything is judged by that says nothing else."""


def is_time(name: str) -> bool:
    """Seconds are told by their suffix; CK's own timers have none."""
    seconds = name.endswith("_s") and not name.endswith("_per_s")
    return seconds or name.startswith("execution_time")


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One judged quantity.

    Attributes:
        name: with its unit as suffix, e.g. ``wall_s``, ``size_bytes``, ``accuracy``.
        value: the median of the repetitions, or the one value; None when unknown.
        low, high: the 95 % interval, where there is one.
        detail: for people, e.g. the first difference from the reference.
        emulator: what the program ran under; such a value compares only with others of the
            same emulator, and is none of the target's.
    """

    name: str
    value: float | bool | None
    low: float | None = None
    high: float | None = None
    detail: str = ""
    emulator: str = ""

    def __str__(self) -> str:
        """``wall_s 152 ms ±3.0 %``"""
        from ck_core.domain.units import metric_text  # noqa: PLC0415  # which knows metrics

        return f"{self.name} {metric_text(self)}"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from ck_core.domain.html import metric_html  # noqa: PLC0415  # only notebooks ask

        return metric_html(self)
