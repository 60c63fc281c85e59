"""Pictures with boxes, kept where somebody wants them.

``script:detection-metrics`` draws them in the repetition's own directory, which goes when it has
been judged.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from ck_core.system.files import storage_errors
from ck_plugins_ml.metrics.naming import readable_name

_DRAWN = "boxes"


def keep_boxes(place: Path, names: Iterable[str], directory: Path) -> None:
    """In a directory of its own below ``place``, named for what was run; the latest stay.

    Args:
        names: framework, version, model, precision.

    Raises:
        StorageError: they cannot be written.
    """
    drawn = sorted((directory / _DRAWN).glob("*.png"))
    own = place / readable_name(names)
    with storage_errors("write", own):
        for one in drawn:
            own.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(one, own / one.name)
