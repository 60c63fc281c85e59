"""One picture as a page."""

from __future__ import annotations

from ck_core.publishing.charts.layout import Specification
from ck_core.publishing.page.figure import make_figures
from ck_core.publishing.page.template import fill


def single_page(picture: Specification) -> str:
    """The HTML text."""
    (figure,) = make_figures([picture])
    return fill("picture.html.jinja", title=figure.title, figures=[figure])
