"""From variables to ``prepared/`` in the current directory."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prepared_images import cache
from prepared_images.layouts import list_images
from prepared_images.making import make
from prepared_images.memory import limit_memory
from prepared_images.refusal import RefusedError, one_line
from prepared_images.settings import read_settings

REFUSED = 3
LINK = "prepared"
_SHOWN = 3
_MOST_MEMORY = 12 << 30
"""COCO's annotations of its training images, 450 MB of JSON, take 4 GB."""


def main() -> int:
    """Answers an exit status."""
    limit_memory(_MOST_MEMORY)
    try:
        place = _prepared(os.environ)
        _link(place)
    except RefusedError as refusal:
        return _refused(refusal)
    except MemoryError:
        return _refused("the dataset takes more memory than a process may have; free -h")
    _tell(json.loads((place / cache.RESULT).read_text(encoding="utf-8")), place)
    return 0


def _refused(reason: object) -> int:
    sys.stderr.write(f"ckp-prepare: {one_line(reason, 2000)}\n")
    return REFUSED


def _prepared(variables: Mapping[str, str]) -> Path:
    settings = read_settings(variables)
    everything = list_images(settings.layout, settings.path, settings.labels, settings.vocabulary)
    listing = everything.first(settings.count)
    key = cache.key_of(settings, listing)
    return cache.kept(settings.cache, key, lambda part, final: make(settings, listing, part, final))


def _link(place: Path) -> None:
    """What an earlier run has linked is replaced."""
    link = Path(LINK)
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(place)
    except OSError as error:
        problem = f"cannot make {link.absolute()} ({error.strerror})"
        raise RefusedError(problem, advice="remove what is in its place") from error


def _tell(told: Mapping[str, Any], place: Path) -> None:
    """What was made, and what was left out of it."""
    lines = [f"{told['count']:,} images in {place}"]
    for reason, count in Counter(one["reason"] for one in told["skipped"]).most_common(_SHOWN):
        first = next(one["id"] for one in told["skipped"] if one["reason"] == reason)
        lines.append(f"{count:,} left out, {one_line(first, 80)} first: {reason}")
    if told["unlabelled"]:
        lines.append(f"{told['unlabelled']:,} have no label")
    if absent := told.get("absent", {}).get("count"):
        lines.append(f"annotations name {absent:,} images that are not there")
    for reason, count in told.get("unusable_annotations", {}).items():
        lines.append(f"{count:,} annotations are left out: each {reason}")
    sys.stderr.write("".join(f"ckp-prepare: {line}\n" for line in lines))
