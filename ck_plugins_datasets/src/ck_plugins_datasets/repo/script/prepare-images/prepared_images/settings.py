"""What is asked for: by variables, and by the model's own description."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prepared_images.files import read_limited
from prepared_images.layouts import LAYOUTS
from prepared_images.refusal import RefusedError, one_line

KINDS = ("none", "stretch", "central-crop", "letterbox")
METHODS = ("bilinear", "bicubic")
_LARGEST_SIDE = 8192
_LARGEST_META = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """What every image is made to be.

    Attributes:
        height, width, channels: of the result; 1 channel is grey, 3 are red, green, blue.
        kind: one of ``KINDS``.
        crop_fraction: of ``central-crop``: the result is this part of the scaled image's sides.
        method: one of ``METHODS``.
        fill: of ``letterbox``: what is beside the image, 0 to 255.
    """

    height: int
    width: int
    channels: int
    kind: str = "none"
    crop_fraction: float = 1.0
    method: str = "bilinear"
    fill: int = 0

    @property
    def image_bytes(self) -> int:
        return self.height * self.width * self.channels


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One preparation.

    Attributes:
        labels: a file, or None where the layout's own place counts.
        count: of the images in order of their names the first so many; 0 is all.
        cache: directory that prepared images are kept in.
        jobs: processes at a time.
    """

    layout: str
    path: Path
    labels: Path | None
    vocabulary: str
    geometry: Geometry
    count: int
    cache: Path
    jobs: int


def read_settings(variables: Mapping[str, str]) -> Settings:
    """Raises RefusedError where one is missing or makes no sense."""
    layout, path = _given(variables, "CKP_DATASET_LAYOUT"), _given(variables, "CKP_DATASET_PATH")
    if layout not in LAYOUTS:
        raise _wrong("CKP_DATASET_LAYOUT", layout, f"one of {', '.join(LAYOUTS)}")
    labels = variables.get("CKP_DATASET_LABELS", "")
    return Settings(
        layout=layout,
        path=Path(path).absolute(),
        labels=Path(labels).absolute() if labels else None,
        vocabulary=variables.get("CKP_DATASET_VOCABULARY", ""),
        geometry=read_geometry(Path(_given(variables, "CKP_MODEL_META"))),
        count=_number(variables, "CKP_COUNT", 0, default=0),
        cache=_cache(variables),
        jobs=_number(variables, "CKP_PREPARE_JOBS", 1, default=_cores()),
    )


def read_geometry(file: Path) -> Geometry:
    """Of a model's ``model.json``; raises RefusedError."""
    try:
        values = json.loads(read_limited(file, _LARGEST_META))
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"{file} is no JSON ({one_line(error)})", advice=_ADVICE) from error
    meta = values if isinstance(values, dict) else {}
    shape, resize = _object(meta, "input", file), _object(meta, "resize", file)
    return Geometry(
        height=_side(shape, "height", file),
        width=_side(shape, "width", file),
        channels=_one_of(shape.get("channels"), (1, 3), "input.channels", file),
        kind=_one_of(resize.get("kind", "none"), KINDS, "resize.kind", file),
        crop_fraction=_fraction(resize.get("crop_fraction", 1.0), file),
        method=_one_of(resize.get("method", "bilinear"), METHODS, "resize.method", file),
        fill=_one_of(resize.get("fill", 0), range(256), "resize.fill", file),
    )


_ADVICE = "correct it, or install the model's package again"


def _given(variables: Mapping[str, str], name: str) -> str:
    if value := variables.get(name, ""):
        return value
    raise RefusedError(
        f"{name} is not set", advice="a dataset and a model among the 'run_deps' set such variables"
    )


def _number(variables: Mapping[str, str], name: str, least: int, *, default: int) -> int:
    text = variables.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
        raise _wrong(name, text, f"a whole number from {least} on")
    return int(text)


def _wrong(name: str, value: str, expected: str) -> RefusedError:
    return RefusedError(f"{name} is {one_line(value, 80)!r}", advice=f"set it to {expected}")


def _cache(variables: Mapping[str, str]) -> Path:
    if given := variables.get("CKP_CACHE", ""):
        return Path(given).absolute()
    home = variables.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(home, "ckp", "ml")


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2


def _object(meta: Mapping[str, Any], key: str, file: Path) -> Mapping[str, Any]:
    value = meta.get(key, {})
    if not isinstance(value, dict):
        raise _bad(file, key, value, "an object")
    return value


def _side(shape: Mapping[str, Any], key: str, file: Path) -> int:
    value = shape.get(key)
    if type(value) is not int or not 0 < value <= _LARGEST_SIDE:
        raise _bad(file, f"input.{key}", value, f"pixels, from 1 to {_LARGEST_SIDE}")
    return value


def _fraction(value: Any, file: Path) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0.05 <= value <= 1:
        raise _bad(file, "resize.crop_fraction", value, "a number from 0.05 to 1")
    return float(value)


def _one_of(value: Any, choices: Any, key: str, file: Path) -> Any:
    if isinstance(value, (bool, float)) or value not in choices:
        raise _bad(file, key, value, f"one of {', '.join(map(str, choices))}"[:60])
    return value


def _bad(file: Path, key: str, value: object, expected: str) -> RefusedError:
    return RefusedError(
        f"{file} has {key} = {one_line(repr(value), 60)}, not {expected}", advice=_ADVICE
    )
