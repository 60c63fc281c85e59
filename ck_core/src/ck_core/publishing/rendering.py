"""Pictures to files; the name's ending says which: PNG, SVG or one HTML page of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ck_core.errors import UsageError
from ck_core.publishing.charts.layout import Specification
from ck_core.publishing.drawing import as_png, as_svg
from ck_core.publishing.page.single import single_page
from ck_core.system.files import write_bytes_atomically


def render(picture: Specification, path: Path) -> None:
    """Writes a picture, whole or not at all.

    Raises:
        UsageError: no such format, or the extra ``plots`` is not installed.
        StorageError: it cannot be written.
    """
    make = FORMATS.get(path.suffix.lower())
    if make is None:
        raise UsageError(
            f"no picture can be written as '{path.name}'",
            hint=f"end the name with one of {', '.join(FORMATS)}",
        )
    write_bytes_atomically(path, make(picture))


def as_html(picture: Specification) -> bytes:
    return single_page(picture).encode("utf-8")


FORMATS: Mapping[str, Callable[[Specification], bytes]] = {
    ".png": as_png,
    ".svg": as_svg,
    ".html": as_html,
}
