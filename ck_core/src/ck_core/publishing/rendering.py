"""Pictures to files; the name's ending says which: PNG, SVG or one HTML page of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ck_core.errors import UsageError
from ck_core.publishing.charts.layout import Specification
from ck_core.publishing.charts.stacking import stacked
from ck_core.publishing.drawing import as_png, as_svg
from ck_core.publishing.page.pictures import pictures_page
from ck_core.system.user_files import STANDARD_OUTPUT, check_place, write_user_file


def render(picture: Specification, path: Path) -> None:
    """``render_all`` for one."""
    render_all([picture], path)


def render_all(pictures: Sequence[Specification], path: Path) -> None:
    """Writes pictures below each other, whole or not at all; as SVG on standard output (``-``).

    Raises:
        UsageError: no such format or directory, or the extra ``plots`` is not installed.
        StorageError: it cannot be written.
    """
    make = FORMATS.get(".svg" if str(path) == STANDARD_OUTPUT else path.suffix.lower())
    if make is None:
        raise UsageError(
            f"no picture can be written as '{path.name}'",
            hint=f"end the name with one of {', '.join(FORMATS)}; -o - prints SVG",
        )
    check_place(path)
    write_user_file(path, make(pictures))


def as_html(pictures: Sequence[Specification]) -> bytes:
    return pictures_page(pictures).encode("utf-8")


FORMATS: Mapping[str, Callable[[Sequence[Specification]], bytes]] = {
    ".png": lambda pictures: as_png(stacked(pictures)),
    ".svg": lambda pictures: as_svg(stacked(pictures)),
    ".html": as_html,
}
