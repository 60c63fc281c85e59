"""Colours and type: light (also for print) and dark.

The colours of marks are those of M. Okabe and K. Ito (2008), which people with any kind of colour
vision tell apart; on dark ground somewhat lighter. Shapes and line styles say the same again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FONT = "Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True, kw_only=True)
class Colours:
    """``accent`` is what the picture is about, ``warning`` what is unusual, ``faint`` the rest."""

    background: str
    ink: str
    muted: str
    grid: str
    faint: str
    accent: str
    warning: str
    good: str
    category: tuple[str, ...]


LIGHT = Colours(
    background="#ffffff",
    ink="#1d2330",
    muted="#596070",
    grid="#e6e8ec",
    faint="#9aa1ad",
    accent="#0072b2",
    warning="#d55e00",
    good="#00795a",
    category=("#0072b2", "#d55e00", "#00795a", "#cc79a7", "#56b4e9", "#b07800"),
)
DARK = Colours(
    background="#1b1f27",
    ink="#e9ecf1",
    muted="#a9b1be",
    grid="#333a46",
    faint="#747d8b",
    accent="#56b4e9",
    warning="#f0883e",
    good="#35c79a",
    category=("#56b4e9", "#f0883e", "#35c79a", "#e39ac4", "#8fc1ff", "#e6b74a"),
)


def config(colours: Colours) -> dict[str, Any]:
    """The ``config`` of a specification; its ``style`` names are those the charts use."""
    return {
        "background": colours.background,
        "font": FONT,
        "padding": 14,
        "view": {"stroke": None},
        "range": {"category": [*colours.category]},
        "axis": _axis(colours),
        "axisY": {"labelPadding": 8},
        "title": _title(colours),
        "legend": {
            "labelColor": colours.ink,
            "titleColor": colours.muted,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "labelLimit": 320,
            "columns": 2,
            "orient": "bottom",
        },
        "style": _styles(colours),
    }


def _axis(colours: Colours) -> dict[str, Any]:
    return {
        "labelColor": colours.ink,
        "titleColor": colours.muted,
        "gridColor": colours.grid,
        "domainColor": colours.faint,
        "tickColor": colours.faint,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 10,
        "labelLimit": 300,
        "labelSeparation": 8,
    }


def _title(colours: Colours) -> dict[str, Any]:
    return {
        "anchor": "start",
        "frame": "bounds",
        "color": colours.ink,
        "subtitleColor": colours.muted,
        "fontSize": 16,
        "fontWeight": 600,
        "subtitleFontSize": 12,
        "subtitlePadding": 6,
        "subtitleLineHeight": 16,
        "offset": 14,
    }


def _styles(colours: Colours) -> dict[str, Any]:
    return {
        "accent": {"color": colours.accent},
        "faint": {"color": colours.faint},
        "warning": {"color": colours.warning},
        "good": {"color": colours.good},
        "ink": {"color": colours.ink},
        "ground": {"color": colours.background},
        "label": {"color": colours.ink, "fontSize": 11},
        "note": {"color": colours.muted, "fontSize": 11},
    }
