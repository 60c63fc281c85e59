"""``ckp benchmark --record`` killed at any moment: what was finished stays, nothing else does."""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from programs.kit import shell

SCRIPT = 'sleep 1000 &\ntest "$N" != 0 || exec echo wrong\necho same\n'
"""Each run leaves a process behind; what N=0 says differs from the reference."""
VARIANTS = "--env.N=1,0,2,3,4"
RECORD = ("--record", "--record-uoa=mine", "--json")
COMMAND = ("benchmark", "program:it", "--repeat=8", "--warmup=0", *RECORD)
Points = dict[str, dict[str, Any]]
"""By their UIDs."""


@pytest.fixture
def file(add_component: AddComponent, ckp_home: Path) -> Path:
    """Of the points, which are not there yet."""
    files = {"run.sh": SCRIPT, "reference/default/none/stdout.txt": "same\n"}
    add_component("program", "it", shell("sh ../run.sh"), files)
    return ckp_home / "repos" / "local" / "experiment" / "mine" / "points.jsonl"


def test_kills_at_eight_moments(ckp: Ckp, ckp_home: Path, file: Path) -> None:
    kill_often(ckp, ckp_home, file, 8)


@pytest.mark.slow
def test_kills_at_200_moments(ckp: Ckp, ckp_home: Path, file: Path) -> None:
    kill_often(ckp, ckp_home, file, 200)


def kill_often(ckp: Ckp, home: Path, file: Path, kills: int) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    took_s = seconds_of_one(ckp)
    met_points = 0
    for number in range(kills):
        seen, reported = killed(home, file, chance, took_s)
        content = file.read_bytes()
        assert content.startswith(seen)
        assert reported <= whole_points(content).keys()
        assert_nothing_runs(home)
        met_points += content != seen
        if number % 20 == kills % 20:
            assert shown(ckp) == whole_points(content)
    points = whole_points(file.read_bytes())
    print(f"{len(points)} points of {kills} killed benchmarks; {met_points} kills met an appending")
    assert shown(ckp) == points
    assert_the_next_works(ckp, points)


def seconds_of_one(ckp: Ckp) -> float:
    """The first finds no cache, and N=0 is wrong."""
    for _ in range(2):
        began = time.monotonic()
        assert ckp(*COMMAND, VARIANTS).returncode == 10
    return time.monotonic() - began


def killed(home: Path, file: Path, chance: random.Random, took_s: float) -> tuple[bytes, set[str]]:
    """What the file held right before, and the points that were reported where it had ended.

    Half of the kills come soon after a point has appeared, when others are about to.
    """
    awaited = lines(file) + chance.randint(1, 4)
    process = started(home)
    if chance.random() < 0.5:
        time.sleep(chance.uniform(0, took_s))
    else:
        wait_for(lambda: lines(file) >= awaited or process.poll() is not None)
        time.sleep(chance.choice([0, 0.003, 0.01]) * chance.random())
    seen = file.read_bytes()
    process.send_signal(signal.SIGKILL)
    output, errors = process.communicate(timeout=60)
    assert process.returncode in {-signal.SIGKILL, 10}, errors
    return seen[: seen.rfind(b"\n") + 1], reported_uids(output)


def lines(file: Path) -> int:
    return file.read_bytes().count(b"\n")


def started(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ck_core", *COMMAND, VARIANTS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CKP_HOME": str(home)},
    )


def reported_uids(output: str) -> set[str]:
    try:
        answer = json.loads(output)
    except json.JSONDecodeError:  # killed before, or while it was told
        return set()
    return {one["point"]["uid"] for one in answer["variants"]}


def whole_points(content: bytes) -> Points:
    """Without lines that were cut short, which may have got an end from the next who wrote."""
    found = []
    for line in content.split(b"\n"):
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return {one["uid"]: one for one in found}


def shown(ckp: Ckp) -> Points:
    """In the order of asking, which is not that of the file."""
    done = ckp("show", "experiment:mine", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    points = {one["uid"]: one for one in found}
    assert len(points) == len(found)
    return points


def assert_the_next_works(ckp: Ckp, before: Points) -> None:
    done = ckp(*COMMAND, "--env.N=1,2")
    assert done.returncode == 0, done.stderr
    new = reported_uids(done.stdout)
    found = shown(ckp)
    assert {uid: found[uid] for uid in before} == before
    assert found.keys() - before.keys() == new
    assert len(new) == 2


def test_what_a_kill_leaves_is_named_or_removed(ckp: Ckp, ckp_home: Path, file: Path) -> None:
    """By ``ckp doctor``, when nothing of it runs any more."""
    assert ckp("benchmark", "program:it", "--repeat=1", "--warmup=0").returncode == 0
    process = started_for_long(ckp_home)
    process.kill()
    process.communicate(timeout=60)
    assert_nothing_runs(ckp_home)
    said = ckp("doctor").stdout
    left = [path for path in temporaries(ckp_home) if str(path) not in said]
    assert left == []


@pytest.mark.usefixtures("file")
def test_what_is_still_of_use_stays(ckp: Ckp, ckp_home: Path) -> None:
    """Files of a failed run, for a week; and those of a run that goes on."""
    ckp("doctor")  # it notes the name of what no ckp has added
    script = ckp_home / "repos/local/program/it/run.sh"
    script.write_text("exit 3\n")
    failed = ckp("run", "program:it", "--repeat=1")
    assert failed.returncode == 8
    (kept,) = (ckp_home / "cache" / "runs").iterdir()
    assert str(kept) in failed.stderr
    script.write_text(SCRIPT)
    process = started_for_long(ckp_home, beside=kept)
    try:
        assert ckp("doctor").stdout == "nothing to mend\n"
        assert len([*(ckp_home / "cache" / "runs").iterdir()]) == 2
    finally:
        interrupt(process)
    assert [*(ckp_home / "cache" / "runs").iterdir()] == [kept]


def interrupt(process: subprocess.Popen[str]) -> None:
    """Ctrl-C, and again where Python drops it: in a callback of what is no longer used."""
    for _ in range(6):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=20)
            return
    raise AssertionError("it does not end")


def started_for_long(home: Path, *, beside: Path | None = None) -> subprocess.Popen[str]:
    """A benchmark of hours, when it measures; ``beside`` is a directory of another run."""
    words = ("benchmark", "program:it", "--repeat=90000", *RECORD)
    process = subprocess.Popen(
        [sys.executable, "-m", "ck_core", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CKP_HOME": str(home)},
    )
    runs = home / "cache" / "runs"
    wait_for(lambda: any(one.parent != beside for one in runs.glob("it-*/rep-*")))
    return process


def temporaries(home: Path) -> Iterator[Path]:
    """Directories of runs, and what has a name of what is not whole yet."""
    yield from (home / "cache" / "runs").iterdir()
    yield from home.rglob(".ckp-*")


def assert_nothing_runs(home: Path) -> None:
    """The supervisor needs a moment to kill what runs below it.

    One look may miss a process that was begun during it, by one that ended before its turn.
    """
    wait_for(lambda: not [*running(home)])
    for _ in range(3):
        time.sleep(0.02)
        assert [*running(home)] == []


def running(home: Path) -> Iterator[str]:
    """Processes that work below the home, or have it among their variables."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if place.name == str(os.getpid()) or state(place) == "Z":
                continue
            works_here = (place / "cwd").readlink().is_relative_to(home)
            if works_here or f"={home}\0".encode() in (place / "environ").read_bytes():
                yield place.name
        except OSError:  # it has just ended, or is another user's
            continue


def state(place: Path) -> str:
    return (place / "stat").read_text().rpartition(")")[2].split()[0]


def wait_for(condition: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends_at, "this takes too long"
        time.sleep(0.002)
