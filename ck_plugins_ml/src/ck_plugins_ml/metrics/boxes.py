"""Pictures with boxes, kept where somebody wants them.

``script:detection-metrics`` draws them in the repetition's own directory, which goes when it has
been judged.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ck_core.system.files import storage_errors

_DRAWN = "boxes"


def keep_boxes(place: Path, directory: Path) -> None:
    """Those of the latest repetition stay; raises StorageError."""
    drawn = sorted((directory / _DRAWN).glob("*.png"))
    with storage_errors("write", place):
        for one in drawn:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(one, place / one.name)
