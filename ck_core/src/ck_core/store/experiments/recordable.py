"""Whether points can be recorded under a name, asked before anything is measured for it."""

from __future__ import annotations

import os
import stat
import unicodedata
from contextlib import suppress
from pathlib import Path

from ck_core.domain.component import Component
from ck_core.domain.names import check_new_name, is_one_part
from ck_core.errors import StorageError, UsageError
from ck_core.store.experiments.experiments import KIND, points_file
from ck_core.store.repositories import Repository

_UNSEEN = frozenset({"Cf", "Zl", "Zp"})
"""Categories of characters that turn the direction of a text, or are not seen in it."""


def check_recordable(repository: Repository, alias: str) -> None:
    """Leaves nothing behind.

    Args:
        alias: of an experiment that is there, or that shall be made; empty for a new one.

    Raises:
        UsageError: no experiment may be named so.
        BadComponentError: there is one, but broken.
        StorageError: it cannot be written.
    """
    if found := _existing(repository, alias):
        _check_file(points_file(found))
        _check_directory(found.path)
        return
    if alias:
        _check_name(alias)
    _check_directory(repository.path / KIND)


def _existing(repository: Repository, alias: str) -> Component | None:
    """None as well for names that no directory has."""
    if not is_one_part(alias):
        return None
    with suppress(OSError, ValueError):
        name = repository.name_meant_by(KIND, alias)
        return repository.read_if_there(KIND, name) if name else None
    return None


def _check_name(alias: str) -> None:
    check_new_name(alias, "experiment's name")
    bad = "#" in alias and "holds #, behind which a point is named"
    bad = bad or (any(map(_is_unseen, alias)) and "holds characters that nobody sees")
    if bad:
        raise UsageError(
            f"experiment's name {alias!a:.80} {bad}", hint="use letters, digits, '-', '_' and '.'"
        )


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN


def _check_file(file: Path) -> None:
    """Raises StorageError where points are there and nobody can add to them."""
    try:
        mode = file.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"cannot append to {file}: {error.strerror}") from None
    if not stat.S_ISREG(mode):
        raise StorageError(f"cannot append to {file}: it is no regular file")
    if not os.access(file, os.R_OK | os.W_OK):
        raise StorageError(f"cannot append to {file}: it may not be written")


def _check_directory(place: Path) -> None:
    """The place, or what it will be made in."""
    there = next(one for one in (place, *place.parents) if os.path.lexists(one))
    if not there.is_dir():
        raise StorageError(f"cannot record in {place}: {there} is no directory")
    if not os.access(there, os.W_OK | os.X_OK):
        raise StorageError(f"cannot record in {place}: {there} may not be written")
