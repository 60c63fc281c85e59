"""The hook *detect* for models: all that lie in the usual places, and what packages install.

``CKP_MODEL_DIRS`` (separated like ``PATH``) replaces the usual places; empty, it leaves only what
packages have installed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_plugins_datasets.places import Directory, named_places, walk
from ck_plugins_ml.models.description import FILE, read_description
from ck_plugins_ml.models.installed import describe

PLACES_VARIABLE = "CKP_MODEL_DIRS"
_USUAL = ("~/models", "/models", "/srv/models", "/usr/local/share/models", "/usr/share/models")
_REFRESH, _KEPT_S = "env", 10.0


@hookimpl
def detect(requirement: Requirement, places: Sequence[Path]) -> Sequence[Installation]:
    """No model is loaded: their descriptions are read."""
    usual = named_places(PLACES_VARIABLE, _USUAL)
    if "model" in requirement.tags:
        found = (*walk(places, recognise), *walk(usual, recognise))
        return tuple({one.uid: one for one in found}.values())
    if requirement.key == _REFRESH and len(requirement.tags) == 1:
        known = _looked_at(tuple(usual), int(time.monotonic() / _KEPT_S))
        return [one for one in (*walk(places, recognise), *known) if one.tags >= requirement.tags]
    return ()


@lru_cache(maxsize=2)
def _looked_at(places: tuple[Path, ...], _moment: int) -> tuple[Installation, ...]:
    """``ckp refresh env`` asks for one thing after another, by the name alone."""
    return tuple(walk(places, recognise))


def recognise(directory: Directory) -> Sequence[Installation]:
    """The model that its ``model.json`` describes."""
    described = read_description(directory.path / FILE) if FILE in directory.files else None
    return [describe(described, directory.path / FILE)] if described else []
