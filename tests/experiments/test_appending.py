"""No finished point is lost or halved: killed writers, many writers, full and read-only disks.

Run as a program this file is the *nursery*: it forks writers without Python's start-up, and
each appends until it is killed. A writer notes what it begins and what was reported done.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ck_core.domain.point import Point
from ck_core.domain.trouble import Trouble
from ck_core.errors import ComponentNotFoundError, PluginError, StorageError, UsageError
from ck_core.store.editing import remove
from ck_core.store.experiments import POINTS_FILE
from ck_core.store.experiments.appending import append_point, append_points
from ck_core.store.experiments.experiments import open_experiment
from ck_core.store.experiments.index import PointIndex
from ck_core.store.experiments.point_json import format_point
from ck_core.store.experiments.reading import newest_points, read_points
from ck_core.store.repositories import Repository
from ck_core.testing.namespaces import can_mount, in_namespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # where it runs as a program
from disk_kit import only_pages
from experiments.point_kit import sample

WRITERS = 16
needs_mounts = pytest.mark.skipif(
    not can_mount(), reason="needs user namespaces to mount a disk of its own"
)


def point_of(number: int) -> Point:
    """One in four is of a megabyte, so that a kill meets it in the middle of its writing."""
    return replace(sample(number % 50, 5), uid=f"{number:016x}", notes=(_NOTES[number % 4],))


_NOTES = ("a", "b", "c", "d" * 1_000_000)


def writer_directory(place: Path) -> Path:
    (place / "it" / ".cm").mkdir(parents=True)
    return place / "it"


def read(directory: Path) -> tuple[list[Point], list[Trouble]]:
    troubles: list[Trouble] = []
    return list(read_points(directory, troubles.append)), troubles


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    return writer_directory(tmp_path)


# Plain


def test_points_come_in_the_order_of_appending(experiment: Path) -> None:
    append_point(experiment, sample(0))
    assert append_points(experiment, map(sample, range(1, 20))) == 19
    assert append_points(experiment, []) == 0
    assert read(experiment) == ([sample(number) for number in range(20)], [])


def test_nothing_but_the_end_of_the_file_changes(experiment: Path) -> None:
    append_point(experiment, sample(0))
    file = experiment / POINTS_FILE
    before, inode = file.read_bytes(), file.stat().st_ino
    append_point(experiment, sample(1))
    assert file.read_bytes() == before + format_point(sample(1))
    assert file.stat().st_ino == inode
    assert [path.name for path in experiment.iterdir() if path.name != ".cm"] == [POINTS_FILE]


def test_what_cannot_be_read_again_is_not_written(experiment: Path) -> None:
    append_point(experiment, sample(0))
    strange: Any = object()
    for value in (strange, None, 10**400, ["a"]):
        wrong: Any = {"x": value}
        with pytest.raises(PluginError, match="point 0000000000000001 cannot be recorded"):
            append_points(experiment, [sample(2), replace(sample(1), choices=wrong)])
    with pytest.raises(PluginError, match="is longer than 64 MiB"):
        append_point(experiment, replace(sample(1), error="x" * (65 << 20)))
    assert read(experiment) == ([sample(0)], [])


def test_a_line_that_was_cut_short_spoils_no_other(experiment: Path) -> None:
    whole = format_point(sample(0))
    for cut in range(1, len(whole) - 1, 97):
        (experiment / POINTS_FILE).write_bytes(whole + format_point(sample(1))[:cut])
        append_point(experiment, sample(2))
        points, troubles = read(experiment)
        assert points == [sample(0), sample(2)]
        assert [one.line for one in troubles] == [2]


# Places where nothing can be written


@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe", "directory", "device"])
def test_only_a_regular_file_is_written_to(experiment: Path, tmp_path: Path, kind: str) -> None:
    file, target = experiment / POINTS_FILE, tmp_path / "precious"
    match kind:
        case "link":
            target.write_text("precious\n")
            file.symlink_to(target)
        case "dangling link":
            file.symlink_to(target)
        case "pipe":
            os.mkfifo(file)
        case "directory":
            file.mkdir()
        case "device":
            file.symlink_to("/dev/null")
    with pytest.raises(StorageError, match=r"cannot append to .*points\.jsonl"):
        append_point(experiment, sample(0))
    assert not target.exists() or target.read_text() == "precious\n"


def test_an_experiment_that_is_gone_does_not_come_back(tmp_path: Path) -> None:
    local = Repository(alias="local", path=tmp_path / "local", origin="yours", writable=True)
    made = open_experiment(local, "mine", title="Mine", tags=["b", "a"])
    assert (made.alias, made.title, made.tags) == ("mine", "Mine", frozenset("ab"))
    append_point(made.path, sample(0))
    assert open_experiment(local, "mine").uid == made.uid
    assert open_experiment(local, made.uid).uid == made.uid
    assert open_experiment(local).alias != open_experiment(local).alias
    remove(made)
    with pytest.raises(ComponentNotFoundError, match="experiment mine is gone"):
        append_point(made.path, sample(1))
    assert not made.path.exists()


def test_a_repository_of_others_is_not_recorded_in(tmp_path: Path) -> None:
    theirs = Repository(alias="theirs", path=tmp_path, origin="a package", writable=False)
    with pytest.raises(UsageError, match="repository 'theirs' is read-only"):
        open_experiment(theirs, "mine")


@needs_mounts
def test_a_read_only_disk(tmp_path: Path) -> None:
    directory = writer_directory(tmp_path)
    append_point(directory, sample(0))
    mounts = f"mount --bind {tmp_path} {tmp_path} && mount -o remount,ro,bind {tmp_path}"
    done = in_namespace(f"{mounts} && {sys.executable} {__file__} read-only {directory}")
    assert done.returncode == 0, done.stderr
    assert read(directory) == ([sample(0)], [])


def on_read_only_disk(directory: Path) -> None:
    with pytest.raises(StorageError, match="Read-only file system"):
        append_point(directory, sample(1))
    assert read(directory) == ([sample(0)], [])
    assert newest_points(directory, 5, print) == [sample(0)]
    assert list(PointIndex(directory, directory / "cache").points()) == [sample(0)]


@needs_mounts
def test_a_full_disk_loses_and_halves_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=12m none {disk}"
    done = in_namespace(f"{mount} && {sys.executable} {__file__} full {disk}")
    print(done.stdout)
    assert done.returncode == 0, done.stderr


def on_full_disk(disk: Path) -> None:
    """Points of many sizes against disks with room for 0 to 40 pages."""
    directory = writer_directory(disk)
    file, written, refused = directory / POINTS_FILE, 0, 0
    append_point(directory, sample(0))
    for pages in range(41):
        with only_pages(disk, pages):
            for repetitions in (1, 40, 400, 1500):
                before = file.read_bytes()
                batch = [sample(written + number + 1, repetitions) for number in range(3)]
                if problem := problem_of_appending(directory, batch):
                    assert problem.endswith(os.strerror(errno.ENOSPC)), problem
                    assert file.read_bytes() == before
                    refused += 1
                else:
                    assert file.read_bytes() == before + b"".join(map(format_point, batch))
                    written += 3
    points, troubles = read(directory)
    assert [int(one.uid, 16) for one in points] == list(range(written + 1))
    assert troubles == []
    assert refused > 20
    assert written > 20
    print(f"{written} points written, {refused} batches refused whole")


def problem_of_appending(directory: Path, points: list[Point]) -> str:
    try:
        append_points(directory, points)
    except StorageError as error:
        return error.message
    return ""


# Many writers


@pytest.mark.parametrize("batch", [1, 7])
def test_sixteen_writers_at_once(experiment: Path, batch: int) -> None:
    each = 24
    with a_nursery() as start:
        journals = [experiment.with_name(f"journal-{number}") for number in range(WRITERS)]
        for number, journal in enumerate(journals):
            start("write", experiment, journal, number * 1000, each, batch)
        waited = [finished(journal) for journal in journals]
    assert waited == [each] * WRITERS
    points, troubles = read(experiment)
    assert troubles == []
    numbers = [int(one.uid, 16) for one in points]
    assert sorted(numbers) == [w * 1000 + n for w in range(WRITERS) for n in range(each)]
    assert all(point == point_of(int(point.uid, 16)) for point in points)
    for writer in range(WRITERS):
        own = [number for number in numbers if number // 1000 == writer]
        assert own == sorted(own)
    assert PointIndex(experiment, experiment.parent / "cache").count() == len(numbers)


def test_indexes_are_asked_while_writers_write(experiment: Path) -> None:
    """No answer is ever older than the answer before it, and none has a trouble."""
    index = PointIndex(experiment, experiment.parent / "cache")
    with a_nursery() as start:
        journals = [experiment.with_name(f"journal-{number}") for number in range(4)]
        for number, journal in enumerate(journals):
            start("write", experiment, journal, number * 1000, 60, 1)
        counts = []
        while not all(journal.exists() and "end" in journal.read_text() for journal in journals):
            counts.append(index.count())
            assert index.troubles() == []
            list(newest_points(experiment, 3, fail))
    assert counts == sorted(counts)
    assert index.count() == 240


def fail(trouble: Trouble) -> None:
    pytest.fail(str(trouble))


def finished(journal: Path) -> int:
    """How many points a writer has reported; waits for its end."""
    ends_at = time.monotonic() + 120
    while not journal.exists() or not journal.read_text().endswith("end\n"):
        assert time.monotonic() < ends_at, f"{journal} has no end"
        time.sleep(0.01)
    return len([line for line in journal.read_text().splitlines() if line.startswith("done")])


# Killed writers


def test_killed_writers_lose_nothing(experiment: Path) -> None:
    kill_often(experiment, 20)


@pytest.mark.slow
def test_killed_writers_lose_nothing_at_200_moments(experiment: Path) -> None:
    kill_often(experiment, 200)


def kill_often(experiment: Path, kills: int) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    begun: set[int] = set()
    done: set[int] = set()
    index = PointIndex(experiment, experiment.parent / "cache")
    with a_nursery() as start:
        for run in range(kills):
            journal = experiment.with_name(f"journal-{run}")
            pid = start("write", experiment, journal, run * 1000, 900, 1)
            kill_after(pid, journal, chance.uniform(0, 0.06))
            lines = journal.read_text().splitlines()
            begun |= {int(line.split()[1]) for line in lines if line.startswith("begin")}
            done |= {int(line.split()[1]) for line in lines if line.startswith("done")}
            check_index(index, begun, done)
    torn = check_file(experiment, begun, done)
    print(f"{kills} kills: {len(done)} points reported done are there; of {len(begun - done)}")
    print(f"that were begun, {torn} were cut short and named")


def check_index(index: PointIndex, begun: set[int], done: set[int]) -> None:
    found = {int(str(uid), 16) for (uid,) in index.select([])}
    assert done <= found <= begun


def check_file(experiment: Path, begun: set[int], done: set[int]) -> int:
    points, troubles = read(experiment)
    found = {int(point.uid, 16) for point in points}
    assert done <= found <= begun
    assert all(point == point_of(int(point.uid, 16)) for point in points)
    lines = (experiment / POINTS_FILE).read_bytes().split(b"\n")
    for trouble in troubles:
        cut = lines[trouble.line - 1]
        assert any(format_point(point_of(number)).startswith(cut) for number in begun - done)
    return len(troubles)


def kill_after(pid: int, journal: Path, delay_s: float) -> None:
    while not journal.exists() or not journal.stat().st_size:
        time.sleep(0.001)
    time.sleep(delay_s)
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}").exists():
        time.sleep(0.001)


# The nursery


@contextmanager
def a_nursery() -> Iterator[Callable[..., int]]:
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        stdin, stdout = process.stdin, process.stdout

        def start(*words: object) -> int:
            print(json.dumps([*map(str, words)]), file=stdin, flush=True)
            return int(stdout.readline())

        yield start
        stdin.close()


def nursery() -> None:
    """Reads what a writer shall do, answers with its process's number."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody must wait for the killed
    for number in range(8):
        point_of(number)
    for line in sys.stdin:
        if not (child := os.fork()):
            _, directory, journal, first, count, batch = json.loads(line)
            write(Path(directory), Path(journal), int(first), int(count), int(batch))
        print(child, flush=True)


def write(directory: Path, journal: Path, first: int, count: int, batch: int) -> None:
    descriptor = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    numbers = iter(range(first, first + count))
    try:
        while some := list(itertools.islice(numbers, batch)):
            note(descriptor, "begin", some)
            append_points(directory, map(point_of, some))
            note(descriptor, "done", some)
        os.write(descriptor, b"end\n")
    except BaseException as error:
        os.write(descriptor, f"failed {error!r}\n".encode())
        raise
    finally:
        os._exit(0)


def note(descriptor: int, what: str, numbers: list[int]) -> None:
    os.write(descriptor, "".join(f"{what} {number}\n" for number in numbers).encode())


def main(arguments: list[str]) -> None:
    match arguments:
        case ["full", disk]:
            on_full_disk(Path(disk))
        case ["read-only", directory]:
            on_read_only_disk(Path(directory))
        case _:
            nursery()


if __name__ == "__main__":
    main(sys.argv[1:])
