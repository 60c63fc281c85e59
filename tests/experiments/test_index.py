"""An index answers as the file would, whatever was done to either."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.analysis.filter_parsing import parse_filter
from ck_core.domain.install import Progress
from ck_core.domain.point import Point, Scalar
from ck_core.domain.point_order import as_asked
from ck_core.errors import CkpError
from ck_core.store.experiments import POINTS_FILE
from ck_core.store.experiments.appending import append_point, append_points
from ck_core.store.experiments.index import AS_ASKED, Order, PointIndex
from ck_core.store.experiments.index_sql import MOST_COLUMNS
from ck_core.store.experiments.point_json import format_point
from ck_core.store.experiments.reading import read_points
from experiments.point_kit import sample

COUNT = 150
"""A little more than the 256 KiB that are read at once."""
FILTERS = (
    "compiler~gcc and wall_s<0.2",
    "env.OMP_NUM_THREADS>=3",
    "not (compiler.version=13.2.0 or flags=-O3)",
    "size_bytes>100000 and correct=true",
    "turbo=false and smt=1",
    "uid>=0000000000000040",
    "nothing=1",
)


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    (tmp_path / "it" / ".cm").mkdir(parents=True)
    append_points(tmp_path / "it", map(sample, range(COUNT)))
    return tmp_path / "it"


@pytest.fixture
def index(experiment: Path) -> PointIndex:
    return opened(experiment)


def opened(experiment: Path) -> PointIndex:
    return PointIndex(experiment, experiment.parent / "cache")


def in_file(experiment: Path) -> list[Point]:
    return list(read_points(experiment, lambda _: None))


def right(experiment: Path, index: PointIndex) -> None:
    points = in_file(experiment)
    assert list(index.points()) == points
    assert index.count() == len(points)
    values = [(p.uid, p.metrics["wall_s"].value, p.choices["flags"]) for p in points]
    assert index.select(["wall_s", "flags"]) == values


def index_file(experiment: Path) -> Path:
    (found,) = (experiment.parent / "cache").glob("*.sqlite")
    return found


@pytest.mark.parametrize("text", FILTERS)
def test_filters_find_what_python_finds(experiment: Path, index: PointIndex, text: str) -> None:
    expression = parse_filter(text)
    expected = [one for one in in_file(experiment) if expression.holds(one.scalars)]
    assert list(index.points(expression)) == expected
    assert index.count(expression) == len(expected)
    assert [uid for (uid,) in index.select([], expression)] == [one.uid for one in expected]


def test_order_and_limit(experiment: Path, index: PointIndex) -> None:
    append_point(experiment, replace(sample(COUNT), metrics={}))
    found = index.select(["wall_s"], None, Order("wall_s", descending=True))
    values = [value for _, value in found]
    assert values[-1] is None
    assert values[:-1] == sorted((float(str(one)) for one in values[:-1]), reverse=True)
    assert index.select(["wall_s"], None, Order("wall_s", limit=5)) == found[-2:-7:-1]
    assert [one.uid for one in index.points(order=Order(limit=2))] == [f"{n:016x}" for n in (0, 1)]
    newest = index.points(order=Order(newest=True, limit=2))
    assert [int(one.uid, 16) for one in newest] == [COUNT - 1, COUNT]
    assert index.select(["nobody"], None, Order(limit=1)) == [(f"{0:016x}", None)]


def test_the_order_of_asking_is_that_of_python(experiment: Path, index: PointIndex) -> None:
    """Names that mean something else beside a session and a place do not disturb it."""
    chance = random.Random(5)
    sessions, places = ("", "a" * 16, "b" * 16), (None, 0, 1, 2)
    others: list[dict[str, Scalar]] = [{}, {"session": "a" * 16, "place": "here"}]
    for number in range(COUNT, COUNT + 60):
        session, place = chance.choice(sessions), chance.choice(places)
        given = replace(sample(number, 1), choices=chance.choice(others))
        append_point(experiment, replace(given, session=session, place=place))
    points = in_file(experiment)
    assert list(index.points(order=AS_ASKED)) == as_asked(points) != points
    few = replace(AS_ASKED, limit=40)
    assert list(index.points(order=few)) == as_asked(points[-40:])
    expression = parse_filter("env.OMP_NUM_THREADS=2 or session~a")
    those = [one for one in points if expression.holds(one.scalars)]
    assert list(index.points(expression, AS_ASKED)) == as_asked(those)
    assert list(index.points(expression, few)) == as_asked(those[-40:])


def test_names_are_those_that_points_have(experiment: Path, index: PointIndex) -> None:
    names = {name for point in in_file(experiment) for name in point.scalars}
    assert set(index.names()) == names
    append_point(experiment, replace(sample(COUNT), choices={"brand-new": 1}))
    assert set(index.names()) == {*names, "choices.brand-new"}
    assert index.count(parse_filter("brand-new=1")) == 1


def test_names_of_those_that_a_filter_holds_for(experiment: Path, index: PointIndex) -> None:
    more: dict[str, Scalar] = {f"flag-{number}": number for number in range(MOST_COLUMNS + 10)}
    append_point(experiment, replace(sample(COUNT), choices={**more, "n": 1}))
    append_point(experiment, replace(sample(COUNT + 1), choices={"only-here": 1, "n": 2}))
    for text in ("n=1", "n=2", "n>0", "wall_s<0.2", "wall_s<0"):
        expression = parse_filter(text)
        those = [one for one in in_file(experiment) if expression.holds(one.scalars)]
        expected = {name for point in those for name in point.scalars}
        assert set(index.names(expression)) == expected, text
    assert f"choices.flag-{MOST_COLUMNS + 9}" in index.names(parse_filter("n=1"))


def test_found_points_are_read_when_their_turn_comes(experiment: Path, index: PointIndex) -> None:
    found, points = index.points(), in_file(experiment)
    append_point(experiment, sample(COUNT))
    assert len(found) == COUNT
    assert list(found) == list(found) == points
    assert list(found.at([5, 1])) == [points[5], points[1]]
    assert list(index.points(parse_filter("wall_s<0"))) == []


def test_who_looks_on_is_told_how_far_it_is(experiment: Path) -> None:
    told: list[tuple[str, int, int]] = []

    @contextmanager
    def watch() -> Iterator[Progress]:
        yield lambda *words: told.append(words)

    index = PointIndex(experiment, experiment.parent / "cache", watch)
    size = (experiment / POINTS_FILE).stat().st_size
    assert index.count() == COUNT
    assert told == [(f"{COUNT} points", size, size)]
    assert index.count() == COUNT
    assert len(told) == 1  # nothing new, nothing to tell
    append_points(experiment, map(sample, range(COUNT, 5_000)))
    assert index.count() == 5_000
    done = [done for _, done, _ in told]
    assert done == sorted(done)
    assert len(done) >= 3
    assert told[-1][1:] == ((experiment / POINTS_FILE).stat().st_size,) * 2


def test_an_index_reads_on_where_it_stopped(experiment: Path, index: PointIndex) -> None:
    for number in range(COUNT, COUNT + 20):
        right(experiment, index)
        append_point(experiment, sample(number))
        if number % 5 == 0:
            index = opened(experiment)
    right(experiment, index)


def test_more_points_than_one_transaction_takes(experiment: Path, index: PointIndex) -> None:
    lines = [format_point(sample(number, 1)) for number in range(1000)]
    with (experiment / POINTS_FILE).open("ab") as stream:
        for number in range(COUNT, 40_000):
            uid = b'"uid":"%016x"' % (number % 1000)
            stream.write(lines[number % 1000].replace(uid, b'"uid":"%016x"' % number))
    assert index.count() == 40_000
    assert index.select([], None, Order("uid", descending=True, limit=1)) == [(f"{39_999:016x}",)]
    assert index.troubles() == []


def test_more_names_than_a_table_has_columns(experiment: Path, index: PointIndex) -> None:
    more = [f"flag-{number}" for number in range(MOST_COLUMNS + 100)]
    choices: dict[str, Scalar] = {name: number for number, name in enumerate(more)}
    append_point(experiment, replace(sample(COUNT), choices={**choices, more[-2]: "text"}))
    append_point(experiment, replace(sample(COUNT + 1), choices={more[-1]: True}))
    assert index.count(parse_filter(f"{more[0]}=0")) == 1
    assert index.count(parse_filter(f"{more[-1]}>=1")) == 2
    assert index.count(parse_filter(f"{more[-2]}~ex")) == 1
    assert [value for _, value in index.select([more[-1]])][-2:] == [MOST_COLUMNS + 99, 1]
    assert list(index.points()) == in_file(experiment)
    assert set(index.names()) >= {f"choices.{name}" for name in more}


def test_values_that_sqlite_does_not_take(experiment: Path, index: PointIndex) -> None:
    large: dict[str, Scalar] = {"large": 10**30, "half": "\ud800x", "\udc00": 1}
    points = [replace(sample(COUNT + number), choices={**large, "n": number}) for number in (0, 1)]
    append_points(experiment, points)
    found = index.select(["large", "half"], parse_filter("large>1e29"))
    assert found == [(one.uid, 1e30, "?x") for one in points]
    assert list(index.points(parse_filter("n<2"))) == points
    append_point(experiment, replace(sample(COUNT + 2), choices=large))
    assert index.count(parse_filter("large>1e29")) == 3


# The file is changed by hand


def edit_in_place(file: Path) -> None:
    """Of the same length, in the middle, in the same file."""
    with file.open("r+b") as stream:
        content = stream.read()
        place = content.index(b'"flags":"-O3"', len(content) // 2)
        stream.seek(place)
        stream.write(b'"flags":"-Og"')


def replace_by_longer(file: Path) -> None:
    lines = [format_point(sample(number)) for number in range(COUNT, 3 * COUNT)]
    file.with_name("new").write_bytes(b"".join(lines))
    file.with_name("new").replace(file)


def remove_a_line(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:5] + lines[6:]))


def remove_the_end(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def remove_and_append(file: Path) -> None:
    remove_a_line(file)
    append_points(file.parent, map(sample, range(COUNT, 2 * COUNT)))


def replace_by_its_copy_and_more(file: Path) -> None:
    """As a checkout of a later commit does, with a change in the middle as well."""
    file.with_name("new").write_bytes(file.read_bytes())
    edit_in_place(file.with_name("new"))
    file.with_name("new").replace(file)
    append_point(file.parent, sample(COUNT))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def delete(file: Path) -> None:
    file.unlink()


EDITS = [
    edit_in_place,
    replace_by_longer,
    remove_a_line,
    remove_the_end,
    remove_and_append,
    replace_by_its_copy_and_more,
    empty,
    delete,
]


@pytest.mark.parametrize("edit", EDITS)
def test_edits_by_hand_are_seen(
    experiment: Path, index: PointIndex, edit: Callable[[Path], None]
) -> None:
    right(experiment, index)
    edit(experiment / POINTS_FILE)
    right(experiment, index)
    right(experiment, opened(experiment))
    append_point(experiment, sample(5 * COUNT))
    right(experiment, index)


def test_points_are_never_handed_out_from_an_old_index(experiment: Path, index: PointIndex) -> None:
    """The one edit that goes unseen: in the middle, of equal length, with a point behind it."""
    right(experiment, index)
    edit_in_place(experiment / POINTS_FILE)
    append_points(experiment, map(sample, range(COUNT, COUNT + 50)))
    with pytest.raises(CkpError, match="has been edited since it was indexed"):
        list(index.points())
    right(experiment, index)


# The index is damaged


def overwrite(file: Path) -> None:
    chance = random.Random(1)
    with file.open("r+b") as stream:
        for page in range(0, file.stat().st_size, 4096):
            stream.seek(page)
            stream.write(chance.randbytes(2000))


def no_database(file: Path) -> None:
    file.write_bytes(b"this is no database\n" * 1000)


def shorten(file: Path) -> None:
    os.truncate(file, 8192)


def of_another_version(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()


def without_tables(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("DROP TABLE point")
    database.close()


DAMAGES = [empty, delete, overwrite, no_database, shorten, of_another_version, without_tables]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("held", [True, False], ids=["held open", "opened anew"])
def test_a_damaged_index_is_made_anew(
    experiment: Path, damage: Callable[[Path], None], *, held: bool
) -> None:
    index = opened(experiment)
    right(experiment, index)
    if not held:
        index.close()
    damage(index_file(experiment))
    if held:  # a question makes it look at the file
        append_point(experiment, sample(COUNT))
    right(experiment, index if held else opened(experiment))
    right(experiment, opened(experiment))


def test_without_a_cache_directory_memory_serves(experiment: Path) -> None:
    (experiment.parent / "cache").write_text("a file where a directory should be")
    right(experiment, opened(experiment))


def test_several_make_the_index_at_once(experiment: Path, index: PointIndex) -> None:
    """Each gets the whole answer."""
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(opened(experiment).count())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [COUNT] * 8
    right(experiment, index)
