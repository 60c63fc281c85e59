"""The two files that ``script:ml-worker`` writes, checked before anything is made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ck_core.errors import UsageError
from ck_core.system.files import read_text

LATENCIES, PREDICTIONS = "latencies.json", "predictions.json"
CLASSIFICATION = "image-classification"
SHOWN = 5
"""Classes that the worker tells of each image, the best first."""
_SCHEMA = 1
_LARGEST = 1 << 28
_NAMES = ("framework", "version", "model", "precision")


class StrangeFileError(ValueError):
    """Its text says what is wrong with which file."""


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
    values = _read(directory, LATENCIES)
    queries = values.get("query_ns")
    if not isinstance(queries, list) or not queries or not all(map(_is_count, queries)):
        raise StrangeFileError(f"{LATENCIES}: 'query_ns' is no list of times in nanoseconds")
    images = _count(values, "images", LATENCIES)
    if not images:
        raise StrangeFileError(f"{LATENCIES}: 'images' is 0, nothing was computed")
    return Latencies(
        images=images,
        query_ns=queries,
        load_ns=_optional_count(values, "load_ns"),
        model_bytes=_optional_count(values, "model_bytes"),
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
    values = _read(directory, PREDICTIONS)
    if values.get("task") != CLASSIFICATION:
        return None
    classes = _count(values, "classes", PREDICTIONS)
    labels, top = values.get("labels"), values.get("top")
    for name, found in (("labels", labels), ("top", top)):
        if not isinstance(found, list) or len(found) != images:
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


def _read(directory: Path, name: str) -> Mapping[str, Any]:
    try:
        values = json.loads(read_text(str(directory / name), _LARGEST)[0])
    except OSError as error:
        raise StrangeFileError(f"{name} cannot be read: {error.strerror}") from None
    except RecursionError:
        raise StrangeFileError(f"{name} nests too deep") from None
    except ValueError as error:  # also no UTF-8, and numbers of thousands of digits
        raise StrangeFileError(f"{name} is no JSON: {error}") from None
    if not isinstance(values, dict):
        raise StrangeFileError(f"{name} is no JSON object")
    schema = values.get("schema")
    if type(schema) is not int:
        raise StrangeFileError(f"{name} has no 'schema', it is not written by script:ml-worker")
    if schema != _SCHEMA:
        raise UsageError(
            f"{name} has schema {schema!r:.20}, this ck-plugins-ml reads {_SCHEMA}: no metrics are "
            "made of it; pip install --upgrade ck-plugins-ml"
        )
    return values


def _answered(told: object) -> list[int]:
    found = told.get("answer_ns", []) if isinstance(told, dict) else []
    if not isinstance(found, list) or not all(map(_is_count, found)):
        raise StrangeFileError(f"{LATENCIES}: 'answer_ns' is no list of times in nanoseconds")
    return found


def _count(values: Mapping[str, Any], key: str, name: str) -> int:
    found = values.get(key)
    if not _is_count(found):
        raise StrangeFileError(f"{name}: '{key}' is no whole number")
    assert isinstance(found, int)  # noqa: S101  # as above
    return found


def _optional_count(values: Mapping[str, Any], key: str) -> int | None:
    return None if values.get(key) is None else _count(values, key, LATENCIES)


def _is_count(value: object) -> bool:
    """A bool is no number here, and what no clock or disk reaches would not fit a float."""
    return type(value) is int and 0 <= value < 1 << 63


def _is_class(value: object, classes: int) -> bool:
    return type(value) is int and 0 <= value < classes
