"""Why a series is as long as it is, and what to type for more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, log10

from ck_core.analysis.stopping import FIRST_LOOK, Rule, Stop
from ck_core.domain.metric import Metric
from ck_core.experiments.measuring.series import Series
from ck_core.experiments.measuring.waiting import waited

_BEFORE = "before its median was known well enough"
_SPARE = 1.2
_LONGEST_S = 3600.0
_MOST_REPETITIONS = 100_000
_SHORTEST_RUN_S = 0.01
_WALL, _ON_CORE = "wall_s", "cpu_s"


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What bounded a session.

    Attributes:
        repetitions: of each variant without a number of its own; None where the rule decided.
        calibration_s: what a run was to take by CT_REPEAT_MAIN; 0 where nothing was calibrated.
    """

    rule: Rule
    repetitions: int | None
    calibration_s: float = 0.0


def why_stopped(series: Series, bounds: Bounds) -> Iterator[str]:
    """A sentence where its median is known less well than was asked for; none where it failed."""
    if series.error or _wanted(series, bounds) is not None:
        return
    if series.stop in {Stop.TIME, Stop.COUNT}:
        option = "--max-time" if series.stop is Stop.TIME else "--max-repeat"
        known = _known(series.metrics.get(series.metric), len(series.times))
        yield f"stopped by {option} {_BEFORE} ({known}){_once(series)}: {_advice(series, bounds)}"


def how_interrupted(series: Series, bounds: Bounds) -> str:
    """Of one that was going on when somebody pressed Ctrl-C."""
    count, wanted = len(series.judged), _wanted(series, bounds)
    if wanted is not None:
        return f"interrupted after {count} of {wanted} repetitions" if count < wanted else ""
    if series.precise:
        return f"interrupted after {count} repetitions, when its median was known well enough"
    return f"interrupted after {count} repetitions, {_BEFORE}"


def _wanted(series: Series, bounds: Bounds) -> int | None:
    return series.variant.repetitions or bounds.repetitions


def _known(metric: Metric | None, count: int) -> str:
    width = _width(metric)
    if count < FIRST_LOOK or width is None:
        return f"{count} repetitions, {FIRST_LOOK} are the least"
    return f"to {width:.2g} of it" if width >= 1 else f"to {width:.2%}"


def _width(metric: Metric | None) -> float | None:
    """Of the interval's longer half, as a share of the median."""
    if metric is None or not metric.value or metric.low is None or metric.high is None:
        return None
    return max(metric.high - metric.value, metric.value - metric.low) / abs(metric.value)


def _once(series: Series) -> str:
    return f"; it seemed to be after {series.seemed} repetitions" if series.seemed else ""


def _advice(series: Series, bounds: Bounds) -> str:
    """What to type."""
    if series.stop is Stop.TIME and len(series.times) < FIRST_LOOK:
        return _for_the_first_look(series, bounds)
    if series.metric == _WALL and (found := waited(series.repetitions)):
        return f"--metric {_ON_CORE}, as runs waited for a core for {found.share:.0%} of their time"
    width = _width(series.metrics.get(series.metric))
    if width is None:
        return f"--metric {_WALL}"
    return _for_the_width(width, series, bounds)


def _for_the_width(width: float, series: Series, bounds: Bounds) -> str:
    """Widths shrink with the root of the count."""
    more = _SPARE * max(1.0, width / bounds.rule.precision) ** 2
    if series.stop is Stop.TIME and more * bounds.rule.max_time_s <= _LONGEST_S:
        return f"--max-time {_rounded_up(more * bounds.rule.max_time_s):g}"
    if series.stop is Stop.COUNT and more * len(series.judged) <= _MOST_REPETITIONS:
        return f"--max-repeat {_rounded_up(more * len(series.judged)):g}"
    if width < 1 / _SPARE:
        return f"--precision {_rounded_up(100 * _SPARE * width):g}% is what is within reach"
    return f"a quieter machine: ckp detect platform tells what disturbs; or --metric {_ON_CORE}"


def _for_the_first_look(series: Series, bounds: Bounds) -> str:
    each_s = series.spent_s / len(series.judged)
    longer = f"--max-time {_rounded_up(_SPARE * each_s * FIRST_LOOK):g}"
    shorter_s = _rounded_down(bounds.rule.max_time_s / FIRST_LOOK / _SPARE)
    if not _SHORTEST_RUN_S <= shorter_s < bounds.calibration_s:
        return longer
    return f"--calibration-time {shorter_s:g} or {longer}"


def _rounded_up(value: float) -> float:
    """To two digits, for people to type."""
    step = _step(value)
    return round(ceil(value / step - 1e-9) * step, 9)


def _rounded_down(value: float) -> float:
    step = 10 * _step(value)
    return round(floor(value / step + 1e-9) * step, 9)


def _step(value: float) -> float:
    return float(10 ** (floor(log10(value)) - 1)) if value > 0 else 1.0
