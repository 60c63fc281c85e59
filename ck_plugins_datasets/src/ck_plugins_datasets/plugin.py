"""Detects datasets by their content, and tells where to get what cannot be downloaded."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.install import InstallRequest
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_plugins_datasets import coco, folder, idx, ilsvrc, manual
from ck_plugins_datasets.facts import PRODUCTS
from ck_plugins_datasets.places import Directory, usual_places, walk

_OF_DIRECTORIES = (ilsvrc.recognise_images, coco.recognise, folder.recognise)
_REFRESH, _KEPT_S = "env", 10.0
_ASKED_BY_NAME = frozenset({_REFRESH, "soft"})
"""Keys of requirements of the command line: elsewhere a model may be called imagenet."""


@hookimpl
def detect(requirement: Requirement, places: Sequence[Path]) -> Sequence[Installation]:
    """All that is in the usual places, and in ``places``; no image is opened."""
    by_name = requirement.key in _ASKED_BY_NAME and requirement.tags & PRODUCTS.keys()
    if "dataset" in requirement.tags or by_name:
        found = (*walk(places, _recognise), *walk(usual_places(), _recognise))
        return tuple({one.uid: one for one in found}.values())
    if requirement.key == _REFRESH and len(requirement.tags) == 1:
        moment = int(time.monotonic() / _KEPT_S)
        usual = _looked_at(tuple(usual_places()), moment)
        return [one for one in (*walk(places, _recognise), *usual) if one.tags >= requirement.tags]
    return ()


@lru_cache(maxsize=2)
def _looked_at(places: tuple[Path, ...], _moment: int) -> tuple[Installation, ...]:
    """``ckp refresh env`` asks for one thing after another, by the name alone."""
    return tuple(walk(places, _recognise))


@hookimpl
def install(request: InstallRequest) -> Installation | None:
    """Raises InstallError for a package that says that it cannot be downloaded."""
    if request.package:
        manual.refuse(request.package, walk(usual_places(), _recognise))
    return None


def _recognise(directory: Directory) -> Sequence[Installation]:
    """Its files that are datasets, and what the first that knows it makes of the directory."""
    whole = next(filter(None, (one(directory) for one in _OF_DIRECTORIES)), ())
    return [*ilsvrc.recognise_archives(directory), *idx.recognise(directory), *whole]
