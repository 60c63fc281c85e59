"""Lines as an index needs them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, NamedTuple
from zlib import crc32

from ck_core.analysis.filters import number_of
from ck_core.store.experiments.checking import BadPointError
from ck_core.store.experiments.filter_sql import encodable
from ck_core.store.experiments.lines import Line, lines_from
from ck_core.store.experiments.point_json import parse_values
from ck_core.store.experiments.reading import checked_content, line_problem

_BATCH = 2_000
_TEXTS = ("stage", "error", "command", "ckp", "session", "emulated_by", "replay_of")
_BOUNDS = (("value", ""), ("low", ".low"), ("high", ".high"))


class Reading(NamedTuple):
    """One line as it was read: a point's values, a problem, or neither for an empty line."""

    offset: int
    size: int
    checksum: int
    ended: bool
    scalars: dict[str, Any] | None
    problem: str


def readings_between(stream: BinaryIO, start: int, end: int) -> Iterator[list[Reading]]:
    """The lines between two places of a file, in batches.

    Forked children were tried: on two cores sending what they read costs what they save.
    """
    lines = lines_from(stream, start, end)
    while batch := [read_line(line) for line in islice(lines, _BATCH)]:
        yield batch


def read_line(line: Line) -> Reading:
    """What an index needs of a line; the same lines are sound as for ``read_points``."""
    scalars, problem = None, ""
    try:
        if content := checked_content(line):
            scalars = scalars_of(parse_values(content))
            if b"\\u" in content:  # the one way to half a surrogate pair
                scalars = {encodable(name): clean(value) for name, value in scalars.items()}
    except BadPointError as error:
        problem = str(line_problem(line, error))
    return Reading(line.offset, line.size, crc32(line.content), line.ended, scalars, problem)


def clean(value: Any) -> Any:
    """A value as SQLite takes it."""
    if isinstance(value, str):
        return encodable(value)
    return number_of(value) if isinstance(value, int) else value


def scalars_of(values: dict[str, Any]) -> dict[str, Any]:
    """``Point.scalars`` from the checked values of a line, at a third of the time."""
    scalars = {key: values[key] for key in _TEXTS if values.get(key)}
    scalars["uid"], scalars["recorded_at"] = values["uid"], values["recorded_at"]
    scalars["status"] = values.get("status", "ok")
    for key in ("correct", "seed", "place"):
        if values.get(key) is not None:
            scalars[key] = values[key]
    scalars |= _component_scalars(values)
    for name, value in values.get("choices", {}).items():
        scalars[f"choices.{name}"] = value
    for name, metric in values.get("metrics", {}).items():
        for key, suffix in _BOUNDS:
            if metric.get(key) is not None:
                scalars[f"metrics.{name}{suffix}"] = metric[key]
    for name, value in values.get("features", {}).items():
        scalars[f"features.{name}"] = value
    for one in values.get("resolved", ()):
        scalars[f"resolved.{one['key']}.product"] = one["product"]
        scalars[f"resolved.{one['key']}.version"] = one["version"]
    return scalars


def _component_scalars(values: dict[str, Any]) -> dict[str, str]:
    program, dataset = values["program"], values.get("dataset") or {"cid": ""}
    found = {
        "program": program["cid"].rpartition(":")[2],
        "commit": program.get("commit", ""),
        "dataset": dataset["cid"].rpartition(":")[2],
    }
    return {name: text for name, text in found.items() if text}
