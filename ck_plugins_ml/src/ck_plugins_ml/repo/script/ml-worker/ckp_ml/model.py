"""The model: its file, and what its ``model.json`` says of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckp_ml.failure import Failure

LAYOUTS = ("NHWC", "NCHW")
PRECISIONS = ("fp32", "fp16", "int8")


@dataclass(frozen=True)
class Input:
    """What the model takes: ``(pixel - mean) * scale`` by channel; sizes in pixels."""

    layout: str
    height: int
    width: int
    channels: int
    dtype: str
    mean: tuple[float, ...]
    scale: tuple[float, ...]

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Of one image, without the batch."""
        if self.layout == "NHWC":
            return (self.height, self.width, self.channels)
        return (self.channels, self.height, self.width)

    @property
    def takes_pixels(self) -> bool:
        """Whether its values are the pixels as they are."""
        return set(self.mean) == {0.0} and set(self.scale) == {1.0}


@dataclass(frozen=True)
class Labels:
    """Attributes:
    vocabulary: the list of names that a class is a place in, e.g. ``imagenet-1k``.
    classes: how many the vocabulary has; 0 where it is not said.
    offset: so many outputs stand before the vocabulary's first, e.g. 1 for a background.
    names: of the classes, where it says them.
    """

    vocabulary: str
    classes: int
    offset: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Model:
    """A model's file or directory, described."""

    path: Path
    name: str
    task: str
    format: str
    precision: str
    input: Input
    output: Any
    labels: Labels

    @property
    def output_kind(self) -> str:
        return str(self.output["kind"])

    @property
    def size_bytes(self) -> int:
        files = self.path.rglob("*") if self.path.is_dir() else [self.path]
        return sum(
            one.stat().st_size for one in files if one.is_file() and one.name != "model.json"
        )


def read_model(path: Path, meta: Path) -> Model:
    """Raises Failure where a file is missing or says nothing that could be used."""
    if not path.exists():
        raise Failure(f"the model {path} is missing", "install it anew: ckp install package:NAME")
    values = _json(meta)
    try:
        return _model(path, values)
    except KeyError as missing:
        raise Failure(f"{meta} has no {missing}", "docs/ml.md says what belongs there") from None
    except (TypeError, ValueError) as error:
        raise Failure(f"{meta} cannot be used: {error}", "docs/ml.md has a whole one") from None


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        hint = "CKP_MODEL_META must name the model's model.json"
        raise Failure(f"{file} cannot be read: {error}", hint) from None


def _model(path: Path, values: Any) -> Model:
    labels = values.get("labels", {})
    return Model(
        path=path,
        name=str(values["name"]),
        task=str(values["task"]),
        format=str(values["format"]),
        precision=_one_of(values["precision"], PRECISIONS),
        input=_input(values["input"]),
        output=_output(values["output"]),
        labels=Labels(
            vocabulary=str(labels.get("vocabulary", "")),
            classes=int(labels.get("classes", 0)),
            offset=int(labels.get("offset", 0)),
            names=tuple(map(str, labels.get("names", ()))),
        ),
    )


def _output(values: Any) -> Any:
    """An object with its ``kind``."""
    if not isinstance(values, dict):
        raise TypeError("'output' is no object")
    return {**values, "kind": str(values["kind"])}


def _input(values: Any) -> Input:
    channels = int(values["channels"])
    return Input(
        layout=_one_of(values["layout"], LAYOUTS),
        height=int(values["height"]),
        width=int(values["width"]),
        channels=channels,
        dtype=str(values["dtype"]),
        mean=_of_channels(values.get("mean", [0.0]), channels),
        scale=_of_channels(values.get("scale", [1.0]), channels),
    )


def _of_channels(numbers: Any, channels: int) -> tuple[float, ...]:
    """One number is for all channels."""
    found = tuple(float(one) for one in (numbers if isinstance(numbers, list) else [numbers]))
    if len(found) not in {1, channels}:
        raise ValueError(f"{len(found)} numbers for {channels} channels")
    return found * channels if len(found) == 1 else found


def _one_of(text: Any, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise ValueError(f"{text!r} is none of {', '.join(choices)}")
    return str(text)
