"""A picture as a page shows it: words as text, a still image, and the live chart's data."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from ck_core.publishing.charts.layout import Specification
from ck_core.publishing.drawing import as_png
from ck_core.publishing.page.embedding import script_json

_SHARPNESS = 1.6
_TITLES = ("title", "description")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One picture.

    Attributes:
        still: data URL of an image, for print and where no script runs.
        data: the specification without its titles, as JSON for a script element.
    """

    title: str
    notes: str
    description: str
    still: str
    data: str


def make_figures(pictures: Iterable[Specification]) -> list[Figure]:
    return [_figure(one) for one in pictures]


def _figure(picture: Specification) -> Figure:
    untitled = {key: value for key, value in picture.items() if key not in _TITLES}
    return Figure(
        title=" ".join(picture["title"]["text"]),
        notes=" ".join(picture["title"]["subtitle"]),
        description=picture["description"],
        still=_still(untitled),
        data=script_json(untitled),
    )


def _still(picture: Specification) -> str:
    """Pixels: the page's reader may lack the fonts that an SVG image was measured with."""
    image = base64.b64encode(as_png(picture, _SHARPNESS)).decode("ascii")
    return f"data:image/png;base64,{image}"
