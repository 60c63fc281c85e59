"""Pictures alone as a page."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.publishing.charts.layout import Specification
from ck_core.publishing.page.figure import make_figures
from ck_core.publishing.page.template import fill


def pictures_page(pictures: Sequence[Specification]) -> str:
    """The HTML text."""
    figures = make_figures(pictures)
    return fill("picture.html.jinja", title=figures[0].title, figures=figures)
