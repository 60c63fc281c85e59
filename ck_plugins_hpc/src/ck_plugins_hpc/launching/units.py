"""Times and sizes as job managers write them."""

from __future__ import annotations

import re

_PARTS = re.compile(r"(?:(?P<days>\d+)-)?(?P<clock>\d+(?::\d+){0,2})")
_UNIT = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>s|m|min|h|d)")
_MINUTES = {"s": 1 / 60, "m": 1, "min": 1, "h": 60, "d": 24 * 60}
_SIZE = re.compile(r"(?P<number>\d+)(?P<unit>[KMGT]?)B?", re.IGNORECASE)
_MEGABYTES = {"K": 1 / 1024, "": 1, "M": 1, "G": 1024, "T": 1024 * 1024}
_MOST_MINUTES = 366 * 24 * 60


def minutes_of(text: str) -> float:
    """Slurm's forms, ``10`` (minutes), ``10:00``, ``1:00:00``, ``2-00``; or ``90s``, ``2h``.

    Raises:
        ValueError: it is none of them; the text completes "is ...".
    """
    if match := _UNIT.fullmatch(text):
        found = float(match["number"]) * _MINUTES[match["unit"]]
    elif match := _PARTS.fullmatch(text):
        found = _clock_minutes(match["days"], [int(one) for one in match["clock"].split(":")])
    else:
        raise ValueError("no time: 10:00 is ten minutes, 2h two hours")
    if not 0 < found <= _MOST_MINUTES:
        raise ValueError("no time above 0 and up to a year")
    return found


def _clock_minutes(days: str | None, parts: list[int]) -> float:
    """Behind days the first number is hours; else one is minutes, two are minutes and seconds."""
    if days is not None:
        hours, minutes, seconds = [*parts, 0, 0][:3]
        return (int(days) * 24 + hours) * 60 + minutes + seconds / 60
    if len(parts) == 1:
        return float(parts[0])
    *hours_of, minutes, seconds = parts
    return (hours_of[0] * 60 if hours_of else 0) + minutes + seconds / 60


def megabytes_of(text: str) -> int:
    """``2000`` or ``2000M``, ``2G``; raises ValueError."""
    match = _SIZE.fullmatch(text)
    found = int(match["number"]) * _MEGABYTES[match["unit"].upper()] if match else 0.0
    if found < 1:
        raise ValueError("no memory of at least a megabyte: 2000M, 2G")
    return round(found)
