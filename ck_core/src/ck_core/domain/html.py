"""Values as HTML tables for notebooks; every text is escaped: names come from strangers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ck_core.domain.metric import Metric
from ck_core.domain.point import Point

_LONGEST = 300
_RAW_SHOWN = 8


def cell_text(value: object) -> str:
    """One value: numbers in four digits, yes and no, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def metric_text(metric: Metric) -> str:
    """The value and its interval, in the unit of the metric's name."""
    text = cell_text(metric.value) or "unknown"
    if metric.low is None or metric.high is None or metric.low == metric.high:
        return text
    return f"{text} [{cell_text(metric.low)}, {cell_text(metric.high)}]"


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """``columns`` may be empty: then there is no line of headings."""
    head = f"<thead><tr>{_cells('th', columns)}</tr></thead>" if columns else ""
    body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in rows)
    return f"<table><caption>{_safe(caption)}</caption>{head}<tbody>{body}</tbody></table>"


def _cells(tag: str, texts: Iterable[str]) -> str:
    return "".join(f'<{tag} style="text-align:left">{_safe(text)}</{tag}>' for text in texts)


def _safe(text: str) -> str:
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return escape(text.encode("utf-8", "replace").decode())


def point_html(point: Point) -> str:
    """All of a point; of raw values the first."""
    state = point.status if point.status == "ok" else f"failed ({point.stage}): {point.error}"
    rows = [
        ("recorded", point.recorded_at),
        ("status", state),
        ("program", str(point.program.cid)),
        *((name, cell_text(value)) for name, value in point.choices.items()),
        *((name, metric_text(one)) for name, one in point.metrics.items()),
        *((f"raw {name}", _raw_text(raw)) for name, raw in point.characteristics.items()),
        *((name, cell_text(value)) for name, value in point.features.items()),
        *((one.key, f"{one.product} {one.version}") for one in point.resolved),
        *(("note", text) for text in point.notes),
    ]
    return table(f"point {point.uid}", (), rows)


def _raw_text(values: Sequence[float]) -> str:
    shown = ", ".join(map(cell_text, values[:_RAW_SHOWN]))
    return f"{shown}, … ({len(values)})" if len(values) > _RAW_SHOWN else shown
