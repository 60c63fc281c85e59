"""Values as HTML tables for notebooks; every text is escaped: names come from strangers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ck_core.domain.harmless import harmless
from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.domain.units import format_metric

_LONGEST = 300
_RAW_SHOWN = 8


def cell_text(value: object) -> str:
    """One value: numbers in four digits, yes and no, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """``columns`` may be empty: then there is no line of headings."""
    head = f"<thead><tr>{_cells('th', columns)}</tr></thead>" if columns else ""
    body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in rows)
    return f"<table><caption>{_safe(caption)}</caption>{head}<tbody>{body}</tbody></table>"


def _cells(tag: str, texts: Iterable[str]) -> str:
    return "".join(f'<{tag} style="text-align:left">{_safe(text)}</{tag}>' for text in texts)


def _safe(text: str) -> str:
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return escape(harmless(text).encode("utf-8", "replace").decode())


def metric_html(metric: Metric) -> str:
    """A line: ``wall_s: 152 ms  [150 ms, 156 ms]``."""
    return _safe(f"{metric.name}: {_metric_cell(metric)}")


def _metric_cell(metric: Metric) -> str:
    detail = f"  ({metric.detail})" if metric.detail else ""
    return f"{format_metric(metric)}{detail}"


def point_html(point: Point) -> str:
    """All of a point; of raw values the first."""
    state = f"failed ({point.stage}): {point.error}" if point.failed else point.status
    rows = [
        ("recorded", point.recorded_at),
        ("status", state),
        *((("replay of", point.replay_of),) if point.replay_of else ()),
        ("program", str(point.program.cid)),
        *((name, cell_text(value)) for name, value in point.choices.items()),
        *((name, _metric_cell(one)) for name, one in point.metrics.items()),
        *((f"raw {name}", _raw_text(raw)) for name, raw in point.characteristics.items()),
        *((name, cell_text(value)) for name, value in point.features.items()),
        *((one.key, f"{one.product} {one.version}") for one in point.resolved),
        *(("note", text) for text in point.notes),
    ]
    return table(f"point {point.uid}", (), rows)


def _raw_text(values: Sequence[float]) -> str:
    shown = ", ".join(map(cell_text, values[:_RAW_SHOWN]))
    return f"{shown}, … ({len(values)})" if len(values) > _RAW_SHOWN else shown
