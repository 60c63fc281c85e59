"""A process that prepares one image after another, as it is told on its standard input.

First line: the plan. Then a line for each image; the answer to each is one line.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from typing import Any

from prepared_images.files import open_regular
from prepared_images.listing import Bytes
from prepared_images.memory import limit_memory
from prepared_images.pixels import LARGEST_FILE, UnusableError, converted, open_image
from prepared_images.refusal import one_line
from prepared_images.settings import Geometry
from prepared_images.shaping import shaped

CANNOT_WRITE = 4
"""Exit status: not the image is at fault, but the disk."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """``pixels`` is the file that image n is written to at n times the size of one.

    Attributes:
        memory: bytes that the process may have.
    """

    geometry: Geometry
    upright: bool
    pixels: str
    memory: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Of one image; ``reason`` is why there is none, else empty."""

    size: tuple[int, int] = (0, 0)
    placed: tuple[float, ...] = ()
    reason: str = ""


def plan_line(plan: Plan) -> bytes:
    return _line(asdict(plan))


def task_line(slot: int, place: Bytes) -> bytes:
    return _line({"slot": slot, **asdict(place)})


def read_answer(line: bytes) -> Answer:
    values = json.loads(line)
    return Answer(
        size=(values["size"][0], values["size"][1]),
        placed=tuple(values["placed"]),
        reason=values["reason"],
    )


def serve() -> int:
    """Until standard input ends; answers an exit status."""
    tasks = sys.stdin.buffer
    told = json.loads(tasks.readline())
    plan = Plan(**{**told, "geometry": Geometry(**told["geometry"])})
    limit_memory(plan.memory)
    descriptor = os.open(plan.pixels, os.O_WRONLY | os.O_CLOEXEC)
    for line in tasks:
        task = json.loads(line)
        answer, pixels = _prepared(_place(task), plan)
        try:
            _write(descriptor, pixels, task["slot"] * plan.geometry.image_bytes)
        except OSError:
            return CANNOT_WRITE
        sys.stdout.buffer.write(_line(asdict(answer)))
        sys.stdout.buffer.flush()
    return 0


def _prepared(place: Bytes, plan: Plan) -> tuple[Answer, bytes]:
    try:
        image = open_image(_read(place), place, upright=plan.upright)
        size = image.size
        result, placed = shaped(converted(image, plan.geometry.channels), plan.geometry)
        pixels = result.tobytes()
    except UnusableError as error:
        return Answer(reason=str(error)), b""
    except Exception as error:  # noqa: BLE001  # damaged files make decoders raise anything
        return Answer(reason=_reason(error)), b""
    return Answer(size=size, placed=placed), pixels


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "takes more memory than a process may have"
    return f"cannot be read: {one_line(error) or type(error).__name__}"


def _read(place: Bytes) -> bytes:
    """Of a link nothing: it may lead to what is no part of the dataset."""
    descriptor = open_regular(place.file, follow=place.size >= 0)
    try:
        size = place.size if place.size >= 0 else os.fstat(descriptor).st_size
        if size > LARGEST_FILE:
            raise UnusableError(f"has {size:,} bytes")
        data = os.pread(descriptor, size, place.offset)
    finally:
        os.close(descriptor)
    if len(data) < size:
        raise UnusableError("is cut off")
    return data


def _write(descriptor: int, pixels: bytes, place: int) -> None:
    while pixels:
        written = os.pwrite(descriptor, pixels, place)
        pixels, place = pixels[written:], place + written


def _place(task: dict[str, Any]) -> Bytes:
    raw = (task["raw"][0], task["raw"][1]) if task["raw"] else None
    return Bytes(task["file"], task["offset"], task["size"], raw, task["turned"])


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values).encode() + b"\n"
