"""The two files that ``script:ml-worker`` writes, checked before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ck_core.system.json_files import JsonFile, StrangeFileError, is_count, read_json_file

LATENCIES, PREDICTIONS = "latencies.json", "predictions.json"
CLASSIFICATION = "image-classification"
SHOWN = 5
"""Classes that the worker tells of each image, the best first."""
_SCHEMA = 1
_LARGEST = 1 << 28
_NAMES = ("framework", "version", "model", "precision")


@dataclass(frozen=True, kw_only=True)
class Latencies:
    """Of one process; times in nanoseconds. What is None was not told.

    Attributes:
        names: framework, version, model and precision, as far as they are told.
        answer_ns: of LoadGen's queries, from the question to the answer; else none.
    """

    images: int
    query_ns: list[int]
    load_ns: int | None
    model_bytes: int | None
    names: Mapping[str, str]
    answer_ns: list[int]


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """Of classification, in the order of the images.

    Attributes:
        labels: from 0 to below ``classes``; None where the dataset tells none.
        top: the best classes of each image, five or all that there are, the best first.
    """

    classes: int
    labels: list[int | None]
    top: list[list[int]]


def read_latencies(directory: Path) -> Latencies:
    """Raises StrangeFileError; UsageError for another schema."""
    found = _read(directory, LATENCIES)
    values, queries = found.values, found.values.get("query_ns")
    if not isinstance(queries, list) or not queries or not all(map(is_count, queries)):
        raise StrangeFileError(f"{LATENCIES}: 'query_ns' is no list of times in nanoseconds")
    images = found.count("images")
    if not images:
        raise StrangeFileError(f"{LATENCIES}: 'images' is 0, nothing was computed")
    return Latencies(
        images=images,
        query_ns=queries,
        load_ns=found.optional_count("load_ns"),
        model_bytes=found.optional_count("model_bytes"),
        names={name: one for name in _NAMES if isinstance(one := values.get(name), str)},
        answer_ns=_answered(values.get("mlperf")),
    )


def read_predictions(directory: Path, images: int) -> Predictions | None:
    """None where they are of another task.

    Args:
        images: how many there must be.

    Raises:
        StrangeFileError: they are not what the worker writes.
        UsageError: they are of another schema.
    """
    found = _read(directory, PREDICTIONS)
    values = found.values
    if values.get("task") != CLASSIFICATION:
        return None
    classes = found.count("classes")
    labels, top = values.get("labels"), values.get("top")
    for name, rows in (("labels", labels), ("top", top)):
        if not isinstance(rows, list) or len(rows) != images:
            raise StrangeFileError(f"{PREDICTIONS}: '{name}' is no list of {images} entries")
    assert isinstance(labels, list) and isinstance(top, list)  # noqa: S101, PT018  # as above
    _check_labels(labels, classes)
    _check_top(top, classes)
    return Predictions(classes=classes, labels=labels, top=top)


def _check_labels(labels: list[Any], classes: int) -> None:
    for place, one in enumerate(labels):
        if one is not None and not _is_class(one, classes):
            raise StrangeFileError(
                f"{PREDICTIONS}: label {one!r:.40} of image {place} is none of {classes} classes: "
                "model and dataset do not fit"
            )


def _check_top(top: list[Any], classes: int) -> None:
    length = min(SHOWN, classes)
    for place, row in enumerate(top):
        known = isinstance(row, list) and all(_is_class(one, classes) for one in row)
        if not known or len(row) != length or len(set(row)) != length:
            raise StrangeFileError(
                f"{PREDICTIONS}: 'top' of image {place} is not {length} of {classes} classes"
            )


def _read(directory: Path, name: str) -> JsonFile:
    found = read_json_file(directory / name, _LARGEST)
    found.require_schema(_SCHEMA, "script:ml-worker", "ck-plugins-ml")
    return found


def _answered(told: object) -> list[int]:
    found = told.get("answer_ns", []) if isinstance(told, dict) else []
    if not isinstance(found, list) or not all(map(is_count, found)):
        raise StrangeFileError(f"{LATENCIES}: 'answer_ns' is no list of times in nanoseconds")
    return found


def _is_class(value: object, classes: int) -> bool:
    return type(value) is int and 0 <= value < classes
