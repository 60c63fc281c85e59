"""Experiments as files that other programs read; points are written as they are read."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from ck_core.errors import UsageError
from ck_core.experiments.reading.choosing import found_in
from ck_core.experiments.reading.columns import column_names, names_in_points, ordered_names, rows
from ck_core.experiments.reading.experiment import Experiment
from ck_core.experiments.transfer.csv_writing import write_csv
from ck_core.experiments.transfer.parquet_export import write_parquet
from ck_core.store.experiments.found import FoundPoints
from ck_core.store.experiments.point_json import point_values
from ck_core.system.user_files import user_file

FILE_KINDS = ("csv", "json", "parquet")


def write_points(kind: str, experiment: Experiment, path: Path) -> int:
    """Writes a file, whole or not at all; says of how many points.

    ``csv`` and ``parquet`` have one row a point and one column a value; raw repetitions and
    what else a point holds are in ``json`` only, which ckp reads again.

    Raises:
        UsageError: there are no points, a library is not installed, or no file can be there.
        StorageError: it cannot be written.
    """
    points = found_in(experiment)
    with user_file(path) as stream:
        _WRITERS[kind](experiment, points, stream)
    return len(points)


def names_for(experiment: Experiment, points: FoundPoints) -> list[str]:
    """The columns of points that were found before, so that none of theirs is missing."""
    known = experiment.names_found()
    if any("?" in name for name in known):  # the index writes so what is no Unicode
        known = names_in_points(points)
    return ordered_names(known)


def _csv(experiment: Experiment, points: FoundPoints, stream: BinaryIO) -> None:
    names = names_for(experiment, points)
    text = io.TextIOWrapper(stream, "utf-8", "replace", newline="")
    write_csv(text, column_names(names).values(), rows(points, names))
    text.detach()


def _json(experiment: Experiment, points: FoundPoints, stream: BinaryIO) -> None:
    """As ``json.dumps`` with an indent of 1 would write the whole."""
    stream.write(b'{\n "experiment": %b,\n "points": [' % json.dumps(experiment.cid).encode())
    comma = b""
    for point in points:
        text = json.dumps(point_values(point), indent=1, ensure_ascii=True, allow_nan=False)
        stream.write(b"%b\n  %b" % (comma, text.replace("\n", "\n  ").encode()))
        comma = b","
    stream.write(b"\n ]\n}\n")


def _parquet(experiment: Experiment, points: FoundPoints, stream: BinaryIO) -> None:
    write_parquet(points, experiment.cid, stream)


_WRITERS: Mapping[str, Callable[[Experiment, FoundPoints, BinaryIO], None]] = {
    "csv": _csv,
    "json": _json,
    "parquet": _parquet,
}


def check_file_kind(kind: str, path: Path) -> None:
    """Raises UsageError where the name says another format than is asked for."""
    ending = path.suffix.lower().removeprefix(".")
    if ending in FILE_KINDS and ending != kind:
        raise UsageError(
            f"'{path.name}' is no name for {kind}", hint=f"-o {path.stem}.{kind}, or --to {ending}"
        )
