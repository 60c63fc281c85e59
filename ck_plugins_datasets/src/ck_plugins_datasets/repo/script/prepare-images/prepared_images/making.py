"""Listed images become one file of pixels, and what is to be known of them."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prepared_images import cache, idx
from prepared_images.listing import Image, Listing
from prepared_images.memory import share_of_memory
from prepared_images.progress import Progress
from prepared_images.refusal import RefusedError
from prepared_images.settings import Settings
from prepared_images.work import Answer, Plan
from prepared_images.workers import prepare_all

_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Result:
    """The images that could be prepared, in their order, and why the others could not."""

    good: Sequence[tuple[Image, Answer]]
    skipped: Sequence[tuple[str, str]]


def make(settings: Settings, listing: Listing, part: Path, final: Path) -> None:
    """Fills ``part``, which will be called ``final``; raises RefusedError, OSError."""
    pixels, unpacked = part / cache.PIXELS, part / "unpacked"
    cache.check_room(part, len(listing.images) * settings.geometry.image_bytes)
    with pixels.open("wb") as stream:
        stream.truncate(len(listing.images) * settings.geometry.image_bytes)
    if listing.packed:
        idx.unpack(listing.packed, unpacked)
        listing = listing.read_from(unpacked)
    result = _prepared(settings, listing, pixels)
    unpacked.unlink(missing_ok=True)
    told = {**_told(settings, listing, result), **_annotated(listing, result, part, final)}
    _write_json(part / cache.RESULT, told)


def _prepared(settings: Settings, listing: Listing, pixels: Path) -> Result:
    plan = Plan(
        geometry=settings.geometry,
        upright=listing.upright,
        pixels=str(pixels),
        memory=share_of_memory(settings.jobs),
    )
    progress = Progress("preparing images", len(listing.images))
    answers = prepare_all(listing.images, plan, settings.jobs, progress.tell)
    pairs = list(zip(listing.images, answers, strict=True))
    bad = [(image.id, answer.reason) for image, answer in pairs if answer.reason]
    good = [(image, answer) for image, answer in pairs if not answer.reason]
    if not good:
        raise RefusedError(
            f"none of the {len(pairs):,} images in {settings.path} can be used: "
            + "; ".join(f"{name} {reason}" for name, reason in bad[:_SHOWN]),
            advice="compare the dataset with what the model takes",
        )
    _close_up(pixels, [not answer.reason for answer in answers], settings.geometry.image_bytes)
    return Result(good=good, skipped=[*listing.skipped, *bad])


def _close_up(pixels: Path, is_good: Sequence[bool], size: int) -> None:
    """Where an image is missing the next one follows: no image is left empty."""
    with pixels.open("r+b") as stream:
        descriptor, end = stream.fileno(), 0
        for slot, good in enumerate(is_good):
            if good and slot * size != end:
                os.pwrite(descriptor, os.pread(descriptor, size, slot * size), end)
            end += size if good else 0
        stream.truncate(end)
        os.fsync(descriptor)


def _told(settings: Settings, listing: Listing, result: Result) -> dict[str, Any]:
    labels = [image.label for image, _ in result.good]
    return {
        "schema": cache.SCHEMA,
        "count": len(result.good),
        "height": settings.geometry.height,
        "width": settings.geometry.width,
        "channels": settings.geometry.channels,
        "labels": labels,
        "unlabelled": labels.count(None) if listing.labelled else 0,
        "ids": [image.id for image, _ in result.good],
        "sizes": [answer.size for _, answer in result.good],
        "placed": [answer.placed for _, answer in result.good],
        "skipped": [{"id": name, "reason": reason} for name, reason in result.skipped],
        "vocabulary": listing.vocabulary,
        "classes": list(listing.classes),
        "annotations": "",
    }


def _annotated(listing: Listing, result: Result, part: Path, final: Path) -> dict[str, Any]:
    """COCO's annotations of the prepared images alone, and what was wrong with the others."""
    if listing.annotations is None:
        return {}
    known = listing.annotations.only(image.id for image, _ in result.good)
    _write_json(part / "annotations.json", known)
    return {
        "annotations": str(final / "annotations.json"),
        "absent": {"count": len(listing.absent), "first": list(listing.absent[:_SHOWN])},
        "unusable_annotations": dict(listing.annotations.unusable),
    }


def _write_json(path: Path, values: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        json.dump(values, stream)
        stream.flush()
        os.fsync(stream.fileno())
