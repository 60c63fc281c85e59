"""What all points of an experiment have in common, in its meta: there CK's tools look for it.

CK's ``program.optimization`` writes and searches ``meta.program_uoa``, ``cmd_key`` and
``dataset_uoa``; scripts read the UIDs beside them. ``ckp`` says only what holds for every point.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ck_core.domain.point import Point
from ck_core.errors import BadComponentError
from ck_core.store.components import META_FILE, parse_meta, read_meta
from ck_core.store.experiments import POINTS_FILE
from ck_core.system.files import format_json, write_atomically

Names = Mapping[str, str]
"""By CK's keys; an empty text stands for none, or for several. What is missing is not known."""
KEYS = ("program_uoa", "program_uid", "cmd_key", "dataset_uoa", "dataset_uid")
_META = "meta"


def names_of(point: Point) -> dict[str, str]:
    """Of what did not build nobody knows the dataset."""
    program, dataset = point.program, point.dataset
    found = {"program_uoa": program.alias, "program_uid": program.uid, "cmd_key": point.command}
    if dataset:
        return {**found, "dataset_uoa": dataset.alias, "dataset_uid": dataset.uid}
    return found if point.stage == "build" else {**found, "dataset_uoa": "", "dataset_uid": ""}


def in_common(one: Names, other: Names) -> dict[str, str]:
    """What both say; where they differ, nothing."""
    return {
        key: value if other.get(key, value) == one.get(key, value) else ""
        for key, value in {**other, **one}.items()
    }


def known(names: Names) -> dict[str, str]:
    return {key: name for key, name in names.items() if name}


def note_names(directory: Path, names: Names) -> None:
    """Brings the meta in line with points that are about to be added.

    The caller holds the directory's lock. The meta is written before the points: who is killed
    between the two leaves a meta that says too little, or speaks of points that are not there
    yet; the next who records puts that right. A meta that nobody can read stays as it is.

    Raises:
        StorageError: it cannot be written.
    """
    file = directory / META_FILE
    try:
        values = parse_meta(read_meta(str(file)).text, str(file))
    except BadComponentError:
        return
    old = values.get(_META, {})
    if not isinstance(old, dict) or _holds_points_of_ck(directory):
        return
    new = _begun(old, names) if _is_empty(directory) else _still_true(old, names)
    if new != old:
        write_atomically(file, format_json({**values, _META: new}))


def _begun(old: Mapping[str, Any], names: Names) -> dict[str, Any]:
    return {**{key: value for key, value in old.items() if key not in KEYS}, **known(names)}


def _still_true(old: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """A name that was lost once, or never noted, does not come back: other points are there."""
    return {
        key: value
        for key, value in old.items()
        if key not in KEYS or names.get(key, value) == value
    }


def _is_empty(directory: Path) -> bool:
    try:
        return (directory / POINTS_FILE).stat().st_size == 0
    except OSError:
        return True


def _holds_points_of_ck(directory: Path) -> bool:
    """Those have no other place for their program than the meta, which is theirs."""
    return any(directory.glob("ckp-*.json"))
