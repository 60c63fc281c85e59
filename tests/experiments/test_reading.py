"""Whatever lies in a file of points: what is sound is read, what is not is named by its line."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ck_core.domain.point import Point
from ck_core.domain.trouble import Trouble
from ck_core.errors import StorageError
from ck_core.store.experiments import LONGEST_LINE, POINTS_FILE
from ck_core.store.experiments.appending import append_point
from ck_core.store.experiments.index import PointIndex
from ck_core.store.experiments.point_json import format_point
from ck_core.store.experiments.reading import newest_points, read_points
from ck_core.system.locks import locked
from experiments.point_kit import sample

Found = tuple[list[Point], list[tuple[int, str]]]
LINES = [format_point(sample(number, 2)) for number in range(9)]


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    (tmp_path / "it" / ".cm").mkdir(parents=True)
    return tmp_path / "it"


def write(experiment: Path, content: bytes) -> None:
    (experiment / POINTS_FILE).write_bytes(content)


def told(troubles: list[Trouble], experiment: Path) -> list[tuple[int, str]]:
    assert {str(experiment / POINTS_FILE)}.issuperset(one.file for one in troubles)
    return [(one.line, one.problem) for one in troubles]


def read(experiment: Path) -> Found:
    troubles: list[Trouble] = []
    found = list(read_points(experiment, troubles.append))
    return found, told(troubles, experiment)


def newest(experiment: Path, count: int = 1000) -> Found:
    troubles: list[Trouble] = []
    found = newest_points(experiment, count, troubles.append)
    return found, told(troubles, experiment)


def indexed(experiment: Path) -> Found:
    index = PointIndex(experiment, experiment.parent / "cache")
    found = list(index.points()), told(index.troubles(), experiment)
    index.close()
    return found


READERS: list[Callable[[Path], Found]] = [read, newest, indexed]


def agreed(experiment: Path) -> Found:
    """What all ways of reading say, in the order of the file."""
    forwards, backwards, by_index = read(experiment), newest(experiment), indexed(experiment)
    assert by_index == forwards
    doubled = [one for one in forwards[1] if "earlier point" in one[1]]
    others = [one for one in forwards[1] if one not in doubled]
    assert backwards[0][::-1] == forwards[0]
    assert backwards[1][::-1] == others
    return forwards


def test_an_experiment_without_points(experiment: Path) -> None:
    assert agreed(experiment) == ([], [])
    write(experiment, b"")
    assert agreed(experiment) == ([], [])
    write(experiment, b"\n \n\t\r\n")
    assert agreed(experiment) == ([], [])


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (b"hello", "is not JSON (column 1"),
        (LINES[8][:300], "is not JSON"),
        (b"\xff\xfe\xfd", "is not UTF-8 text"),
        (b"\0" * 5000, "is not JSON"),
        (b"[" * 200_000, "nests deeper"),
        (b'{"schema":1,"uid":' + b"1" * 5000 + b"}", "thousands of digits"),
        (LINES[8].replace(b'"schema":1', b'"schema":2').strip(), "has schema 2, which a later"),
        (LINES[8].replace(b'"speed"', b"NaN").strip(), "holds NaN"),
        (LINES[8].replace(b'"cores":8', b'"cores":1e999').strip(), "out of range"),
        (
            LINES[8].replace(b'"wall_s":{', b'"wall_s":{"value":"quick","x":{').strip(),
            "is not JSON",
        ),
        (LINES[8].replace(b'"cid"', b'"CID"', 1).strip(), "has no 'program.cid'"),
    ],
)
def test_a_bad_line_is_named_and_harms_no_other(experiment: Path, bad: bytes, problem: str) -> None:
    write(experiment, b"".join([*LINES[:3], b"\n", bad + b"\n", *LINES[3:6]]))
    points, troubles = agreed(experiment)
    assert points == [sample(number, 2) for number in range(6)]
    assert [line for line, _ in troubles] == [5]
    assert problem in troubles[0][1]


def test_of_two_points_with_one_uid_the_first_counts(experiment: Path) -> None:
    second = LINES[1].replace(b'"status":"ok"', b'"status":"failed"')
    write(experiment, b"".join([*LINES[:3], second, LINES[0]]))
    points, troubles = agreed(experiment)
    assert points == [sample(number, 2) for number in range(3)]
    assert troubles == [
        (4, "has the uid of an earlier point, 0000000000000001"),
        (5, "has the uid of an earlier point, 0000000000000000"),
    ]


@pytest.mark.parametrize("between", [b"", b"x" * (3 << 20) + b"\n"])
def test_also_of_the_newest_the_first_counts(experiment: Path, between: bytes) -> None:
    """However far before the end it stands, and whoever wrote it."""
    second = LINES[1].replace(b'"status":"ok"', b'"status":"failed"')
    spaced = LINES[1].replace(b'"uid":', b'"uid" :  ', 1)
    for first in (LINES[1], spaced):
        write(experiment, b"".join([LINES[0], first, between, *LINES[2:5], second]))
        points, troubles = newest(experiment, 2)
        assert points == [sample(4, 2), sample(3, 2)]
        assert "has the uid of an earlier point" in troubles[-1][1]
        assert newest(experiment, 9)[0] == agreed(experiment)[0][::-1]


def test_a_last_line_that_was_cut_short(experiment: Path) -> None:
    cut = LINES[2][:-200]
    write(experiment, b"".join([*LINES[:2], cut]))
    problem = "was cut short: whoever wrote it was killed"
    assert agreed(experiment) == ([sample(0, 2), sample(1, 2)], [(3, problem)])
    append_point(experiment, sample(2, 2))
    points, troubles = agreed(experiment)
    assert points == [sample(number, 2) for number in range(3)]
    assert [(line, text[:11]) for line, text in troubles] == [(3, "is not JSON")]


def test_a_last_line_whose_end_alone_is_missing(experiment: Path) -> None:
    write(experiment, b"".join(LINES[:2])[:-1])
    assert agreed(experiment) == ([sample(0, 2), sample(1, 2)], [])
    append_point(experiment, sample(2, 2))
    (experiment / POINTS_FILE).open("ab").write(b"oops\n")
    points, troubles = agreed(experiment)
    assert points == [sample(number, 2) for number in range(3)]
    assert [line for line, _ in troubles] == [4]


def test_line_ends_of_other_systems(experiment: Path) -> None:
    write(experiment, b"".join(LINES[:3]).replace(b"\n", b"\r\n"))
    assert agreed(experiment) == ([sample(number, 2) for number in range(3)], [])


def test_a_line_of_100_megabytes_is_named_without_being_held(experiment: Path) -> None:
    with (experiment / POINTS_FILE).open("wb") as stream:
        stream.write(LINES[0])
        for _ in range(100):
            stream.write(b"x" * 1_000_000)
        stream.write(b"\n" + LINES[1])
    problem = f"is longer than {LONGEST_LINE >> 20} MiB"
    assert agreed(experiment) == ([sample(0, 2), sample(1, 2)], [(2, problem)])


@pytest.mark.parametrize("more", [0, 1])
def test_lines_about_as_long_as_a_line_may_be(experiment: Path, more: int) -> None:
    start = LINES[0].strip()
    long = start + b" " * (LONGEST_LINE - len(start) + more)
    for end in (b"\n", b""):
        write(experiment, LINES[1] + long + end)
        points, troubles = agreed(experiment)
        assert [one.uid[-1] for one in points] == ["1", "0"][: 2 - more]
        assert [line for line, _ in troubles] == [2][:more]


def test_the_newest_are_the_last_lines(experiment: Path) -> None:
    write(experiment, b"".join(LINES))
    assert newest(experiment, 3) == ([sample(number, 2) for number in (8, 7, 6)], [])
    assert newest(experiment, 0) == ([], [])
    write(experiment, b"".join([*LINES, b"oops\n"]))
    points, troubles = newest(experiment, 1)
    assert points == [sample(8, 2)]
    assert [line for line, _ in troubles] == [10]


@pytest.mark.parametrize("reader", READERS)
def test_pipes_and_directories_are_errors(experiment: Path, reader: Callable[..., Found]) -> None:
    os.mkfifo(experiment / POINTS_FILE)
    with pytest.raises(StorageError, match="not a regular file"):
        reader(experiment)
    (experiment / POINTS_FILE).unlink()
    (experiment / POINTS_FILE).mkdir()
    with pytest.raises(StorageError, match=r"not a regular file|directory"):
        reader(experiment)


@pytest.mark.parametrize("reader", READERS)
def test_a_line_that_is_being_written_is_waited_for(
    experiment: Path, reader: Callable[..., Found]
) -> None:
    """A reader may see a part of what another process has not finished writing."""
    write(experiment, LINES[0] + LINES[1][:100])

    def finish() -> None:
        with (experiment / POINTS_FILE).open("ab") as stream:
            stream.write(LINES[1][100:])

    with locked(experiment):
        thread = threading.Thread(target=lambda: found.append(reader(experiment)))
        found: list[Found] = []
        thread.start()
        time.sleep(0.2)
        assert found == []
        finish()
    thread.join(10)
    assert {one.uid for one in found[0][0]} == {sample(0).uid, sample(1).uid}
    assert found[0][1] == []


pieces = st.one_of(
    st.sampled_from(LINES),
    st.sampled_from([b"\n", b"oops\n", b"{}\n", b'{"schema":7}\n', LINES[0][:50] + b"\n"]),
    st.binary(max_size=20),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(pieces, max_size=12))
def test_all_readers_say_the_same(experiment: Path, found: list[bytes]) -> None:
    content = b"".join(found)
    write(experiment, content)
    assert indexed(experiment) == read(experiment)
    points, _ = read(experiment)
    for count in (1, 3, 99):
        assert newest(experiment, count)[0] == points[::-1][:count]
