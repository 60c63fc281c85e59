"""A point is one line of JSON and comes back as it was; any other line is told what it lacks."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from math import inf, isnan, nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ck_core.domain.metric import Metric
from ck_core.domain.point import Point
from ck_core.store.experiments.checking import BadPointError
from ck_core.store.experiments.index_readings import scalars_of
from ck_core.store.experiments.point_json import (
    format_point,
    make_point,
    parse_point,
    parse_values,
)
from experiments.point_kit import sample
from experiments.strategies import points

SCHEMA = json.loads(files("ck_core.schemas").joinpath("point.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
SOUND = json.loads(format_point(sample(1)))


@settings(max_examples=60, deadline=None)
@given(points)
def test_a_point_comes_back_as_it_was(point: Point) -> None:
    line = format_point(point)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert parse_point(line) == point
    assert format_point(parse_point(line)) == line


@settings(max_examples=60, deadline=None)
@given(points)
def test_what_is_written_is_what_the_schema_says(point: Point) -> None:
    values = json.loads(format_point(point))
    assert [error.message for error in VALIDATOR.iter_errors(values)] == []


@settings(max_examples=60, deadline=None)
@given(points)
def test_the_index_knows_a_point_by_the_same_scalars(point: Point) -> None:
    assert scalars_of(parse_values(format_point(point))) == point.scalars


def test_a_sample_is_whole() -> None:
    point = sample(3)
    assert parse_point(format_point(point)) == point
    names = set(point.scalars)
    assert {"uid", "program", "dataset", "choices.compiler", "features.cpu"} <= names
    assert {"metrics.wall_s", "metrics.wall_s.low", "resolved.compiler.version"} <= names


def test_what_is_no_number_is_kept_as_unknown() -> None:
    point = replace(
        sample(1),
        choices={"ratio": inf},
        characteristics={"accuracy": (1.0, nan, -inf)},
        metrics={"accuracy": Metric(name="accuracy", value=nan, low=nan, high=0.0)},
    )
    read = parse_point(format_point(point))
    assert read.choices == {"ratio": "inf"}
    assert read.characteristics["accuracy"][0] == 1.0
    assert list(map(isnan, read.characteristics["accuracy"])) == [False, True, True]
    unknown = Metric(name="accuracy", value=None, high=0.0, detail="was nan")
    assert read.metrics == {"accuracy": unknown}


def test_keys_of_later_versions_are_kept() -> None:
    values = {**SOUND, "cooling": {"fan_rpm": [900, 1200]}}
    point = parse_point(json.dumps(values).encode())
    assert point.extra == {"cooling": {"fan_rpm": [900, 1200]}}
    assert json.loads(format_point(point)) == values
    inner = {**SOUND, "program": {**SOUND["program"], "licence": "MIT"}}
    assert parse_point(json.dumps(inner).encode()).program == sample(1).program


def changed(path: str, value: Any) -> bytes:
    values = json.loads(json.dumps(SOUND))
    *steps, last = path.split("/")
    place = values
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = value
    return json.dumps(values).encode()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"", "is not JSON (column 1"),
        (b"{", "is not JSON (column 2"),
        (b'{"schema": 1} trailing', "is not JSON (column 15"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"\0" * 50, "is not JSON (column 1"),
        (b"[" * 100_000, "nests deeper"),
        (b'{"a":' * 100_000, "nests deeper"),
        (b"9" * 10_000, "thousands of digits"),
        (b"[]", "must hold an object, not a list"),
        (b"null", "must hold an object, not None"),
        (b"{}", "has no 'schema'"),
        (b'{"schema": 1}', "has no 'uid'"),
        (changed("schema", 2), "has schema 2, which a later ckp wrote"),
        (changed("schema", 10**200), "has an impossible schema"),
        (changed("schema", "1"), "'schema' must be a whole number from 1, not '1'"),
        (changed("schema", value=True), "'schema' must be a whole number from 1, not True"),
        (changed("schema", 0), "'schema' must be a whole number from 1, not 0"),
        (changed("uid", "x"), "'uid' must be 16 digits"),
        (changed("uid", ["0" * 16]), "'uid' must be 16 digits"),
        (changed("replay_of", ""), "'replay_of' must be 16 digits"),
        (changed("replay_of", "of another"), "'replay_of' must be 16 digits"),
        (changed("recorded_at", 3), "'recorded_at' must be text, not 3"),
        (changed("status", "fine"), "'status' must be one of ok, failed, not 'fine'"),
        (changed("status", []), "'status' must be text"),
        (changed("stage", "lunch"), "'stage' must be one of build, run, timeout, output"),
        (changed("correct", "yes"), "'correct' must be true, false or null, not 'yes'"),
        (changed("program", None), "'program' must be an object, not None"),
        (changed("program", {}), "has no 'program.cid'"),
        (changed("program/uid", 5), "'program.uid' must be text, not 5"),
        (changed("dataset", 5), "'dataset' must be an object, not 5"),
        (changed("choices", []), "'choices' must be an object, not a list"),
        (changed("choices/level", None), "'choices.level' must be text, a number, true or false"),
        (changed("choices/level", {}), "'choices.level' must be text, a number, true or false"),
        (changed("features/cores", nan), "holds NaN, which is no JSON"),
        (changed("features/cores", -inf), "holds -Infinity, which is no JSON"),
        (changed("features/cores", 10**400), "'features' holds a number that is out of range"),
        (changed("metrics/wall_s", 3), "'metrics.wall_s' must be an object, not 3"),
        (changed("metrics/wall_s/value", "3"), "'metrics.wall_s.value' must be a number"),
        (
            changed("metrics/wall_s/low", value=True),
            "'metrics.wall_s.low' must be a number, not True",
        ),
        (changed("characteristics/wall_s", 1), "'characteristics.wall_s' must be a list"),
        (changed("characteristics/wall_s", [1, "2"]), "'characteristics.wall_s' must be a list"),
        (changed("resolved", {}), "'resolved' must be a list of objects, not an object"),
        (changed("resolved", [3]), "'resolved[0]' must be an object, not 3"),
        (changed("resolved", [{}]), "has no 'resolved[0].key'"),
        (changed("resolved/0/version", 12), "'resolved[0].version' must be text, not 12"),
        (changed("build/flags", "-O3"), "'build.flags' must be a list of texts, not '-O3'"),
        (changed("build/size_bytes", 1.5), "'build.size_bytes' must be a whole number"),
        (changed("plugins", {"a": 1}), "'plugins' must be an object of texts"),
        (changed("command_line", "ckp run"), "'command_line' must be a list of texts"),
        (changed("seed", 2**70), "'seed' must be a whole number of 64 bits"),
        (changed("notes", [None]), "'notes' must be a list of texts"),
        (json.dumps(SOUND).replace(": 8,", ": 1e999,").encode(), "out of range"),
    ],
)
def test_a_line_that_is_no_point_is_told_why(line: bytes, problem: str) -> None:
    with pytest.raises(BadPointError) as caught:
        parse_point(line)
    assert problem in str(caught.value)
    assert len(str(caught.value)) < 300


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(SOUND)), json_values), min_size=1, max_size=3))
def test_nonsense_is_a_point_that_can_be_used_or_a_problem(changes: list[tuple[str, Any]]) -> None:
    line = json.dumps({**SOUND, **dict(changes)}).encode()
    try:
        values = parse_values(line)
    except BadPointError:
        return
    point = make_point(values)
    assert scalars_of(values) == point.scalars
    assert parse_point(format_point(point)) == point


@given(st.binary())
def test_any_bytes_are_a_point_or_a_problem(line: bytes) -> None:
    with pytest.raises(BadPointError):
        parse_point(line)
