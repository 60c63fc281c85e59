"""Directories in which programs are run: one for each run, with its owner in the name.

So ``ckp doctor`` knows which of them a killed ckp has left. Those of failed runs stay for a week,
since a message names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ck_core.system.files import is_abandoned, owned_name, storage_errors
from ck_core.system.job_records import has_job_in
from ck_core.system.trees import remove_older

_LONGEST_PREFIX = 50
_KEPT_S = 7 * 24 * 3600.0
_KEPT = ".kept"
_OWNED = re.compile(r".+-[0-9a-f]{8}-[0-9]+-[0-9a-f]{8}")


def new_run_directory(program: str, root: Path) -> Path:
    """An empty one, for its owner alone; raises StorageError."""
    remove_older(root, _KEPT_S)
    directory = root / owned_name(f"{program[:_LONGEST_PREFIX]}-")
    with storage_errors("create", directory):
        root.mkdir(parents=True, exist_ok=True)
        directory.mkdir(mode=0o700)
    return directory


def keep(directory: Path) -> None:
    """Not for ``ckp doctor``: people shall look at what is in it."""
    with suppress(OSError):  # a full disk; why the run failed is what matters
        (directory / _KEPT).touch()


def abandoned_runs(root: Path) -> Iterator[Path]:
    """Those whose owner was killed; nothing where there is no such directory.

    Not those in which a cluster's job may still run, whose results nobody has taken.
    """
    with suppress(FileNotFoundError):
        for path in sorted(root.iterdir()):
            is_left = _OWNED.fullmatch(path.name) and is_abandoned(path)
            if is_left and not (path / _KEPT).exists() and not has_job_in(path):
                yield path
