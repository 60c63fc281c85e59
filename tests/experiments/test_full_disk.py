"""A disk that is full, met by ``ckp benchmark --record``: said, and nothing is lost.

Run as a program this file does so in a directory that is a small disk of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ck_core.testing.namespaces import can_mount, in_namespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # where it runs as a program
from disk_kit import only_pages
from programs.kit import shell

WRONG, STORAGE = 10, 12
VARIANTS = 20
"""Their points take some pages together."""
COMMAND = ("benchmark", "program:it", "--repeat=1", "--warmup=0", "--record", "--record-uoa=mine")
needs_mounts = pytest.mark.skipif(
    not can_mount(), reason="needs user namespaces to mount a disk of its own"
)
POINTS = "repos/local/experiment/mine/points.jsonl"
MANY = f"--env.N={','.join(map(str, range(VARIANTS)))}"


@needs_mounts
@pytest.mark.parametrize(
    "pages",
    ["0,6", pytest.param("0,1,2,3,4,5,6,8,10,12,16,20,24,32", marks=pytest.mark.slow)],
)
def test_a_full_disk(tmp_path: Path, pages: str) -> None:
    on_small_disk(tmp_path, pages)


@needs_mounts
@pytest.mark.parametrize("status", [0, 1])
def test_no_program_is_blamed_for_an_output_that_found_no_room(tmp_path: Path, status: int) -> None:
    """Most programs do not ask whether their output was written."""
    on_small_disk(tmp_path, f"cut {status}")


@needs_mounts
def test_runs_alone_have_no_room(tmp_path: Path) -> None:
    """What is recorded has: so the blame would stay."""
    on_small_disk(tmp_path, "runs")


@needs_mounts
def test_room_for_less_than_the_reference(tmp_path: Path) -> None:
    """A program that asks first and gives up leaves free what it has not got."""
    on_small_disk(tmp_path, "less")


@needs_mounts
def test_no_reference_is_made_of_an_output_that_is_cut(tmp_path: Path) -> None:
    on_small_disk(tmp_path, "reference")


@needs_mounts
def test_a_limit_of_the_size_of_files(tmp_path: Path) -> None:
    on_small_disk(tmp_path, "limited")


@needs_mounts
def test_what_is_wrong_is_wrong_on_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    on_small_disk(tmp_path, "wrong")


def on_small_disk(tmp_path: Path, words: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=2m none {disk}"
    done = in_namespace(f"{mount} && {sys.executable} {__file__} {disk} {words}")
    print(done.stdout)
    assert done.returncode == 0, done.stderr


def on_disk(disk: Path, rooms: list[int]) -> None:
    """With room for so many pages: in starting, in running, in recording there is too little."""
    add_program(disk, "true")
    file = disk / POINTS
    assert ckp(disk, *COMMAND).returncode == 0
    refused = appended = 0
    for pages in rooms:
        before = file.read_bytes()
        with only_pages(disk, pages):
            done = ckp(disk, *COMMAND, MANY)
        content = file.read_bytes()
        assert content.startswith(before)
        assert content.endswith(b"\n")
        appended += content.count(b"\n") - before.count(b"\n")
        if done.returncode:
            refused += 1
            check_refusal(done, disk, pages)
    assert refused
    assert appended
    works_again(disk, file)
    print(f"{refused} benchmarks were refused, {appended} points recorded meanwhile")


def check_refusal(done: subprocess.CompletedProcess[str], disk: Path, pages: int) -> None:
    said = f"with {pages} pages, exit code {done.returncode}: {done.stderr}"
    assert done.returncode == STORAGE, said
    assert "No space left on device" in done.stderr, said
    assert str(disk) in done.stderr, said
    assert "Traceback" not in done.stderr, said


def with_output_cut(disk: Path, status: int) -> None:
    """The program writes 50 pages where there is room for 20."""
    reference = disk / "repos/local/program/it/reference/default/none/stdout.txt"
    add_checked(disk, f"cat '{reference}' || exit {status}\n", ("x" * 70 + "\n") * 2900)
    assert ckp(disk, *COMMAND).returncode == 0
    before = (disk / POINTS).read_bytes()
    with only_pages(disk, 20):
        done = ckp(disk, *COMMAND)
        check_refusal(done, disk, 20)
    assert (disk / POINTS).read_bytes() == before
    assert ckp(disk, *COMMAND).returncode == 0


def with_runs_on_a_full_disk(disk: Path) -> None:
    """Both a wrong output and a failure of a program that found no room are the disk's."""
    add_checked(disk, "echo same || exit $STATUS\n", "same\n")
    assert ckp(disk, *COMMAND, "--env.STATUS=0").returncode == 0
    before = (disk / POINTS).read_bytes()
    runs = disk / "cache" / "runs"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", runs], check=True)
    for words in (COMMAND, ("run", "program:it", "--repeat=2")):
        for status in (0, 1):
            with only_pages(runs, 0):
                done = ckp(disk, *words, f"--env.STATUS={status}")
                check_refusal(done, runs, 0)
                assert [one.name for one in runs.iterdir()] == ["ballast"]
    assert (disk / POINTS).read_bytes() == before
    assert ckp(disk, *COMMAND, "--env.STATUS=0").returncode == 0


def with_less_than_the_reference(disk: Path) -> None:
    add_checked(disk, "echo no room\n", "x" * 200_000)
    assert ckp(disk, "run", "program:it", "--repeat=1").returncode == WRONG
    with only_pages(disk, 20):
        check_refusal(ckp(disk, "run", "program:it", "--repeat=1"), disk, 20)


def with_no_reference(disk: Path) -> None:
    place = add_checked(disk, "printf %200000s x || true\n", "")
    reference = place / "reference" / "default" / "none" / "stdout.txt"
    reference.unlink()
    with only_pages(disk, 20):
        check_refusal(ckp(disk, "run", "program:it", "--record-reference"), disk, 20)
    assert not reference.exists()


def with_limited_files(disk: Path) -> None:
    """As ``ulimit -f`` of the shell in which ckp is called."""
    add_checked(disk, "printf %200000s x || true\n", f"{'x':>200000}")
    assert ckp(disk, "run", "program:it", "--repeat=1").returncode == 0
    done = ckp(disk, "run", "program:it", "--repeat=1", most_bytes=100_000)
    assert done.returncode == STORAGE, done.stderr
    assert "File too large" in done.stderr


def with_a_wrong_output(disk: Path) -> None:
    add_checked(disk, "echo wrong\n", "same\n")
    with only_pages(disk, 20):
        assert ckp(disk, "run", "program:it", "--repeat=1").returncode == WRONG


def works_again(disk: Path, file: Path) -> None:
    """Nothing of what was refused takes room for ever."""
    before = shown(disk)
    done = ckp(disk, *COMMAND, MANY)
    assert done.returncode == 0, done.stderr
    assert shown(disk) == before + VARIANTS
    assert [*(disk / "cache" / "runs").iterdir()] == []
    assert [*disk.rglob(".ckp-*")] == []


def shown(disk: Path) -> int:
    done = ckp(disk, "show", "experiment:mine", "--json")
    assert done.returncode == 0, done.stderr
    return len(json.loads(done.stdout))


def add_checked(disk: Path, script: str, output: str) -> Path:
    """The program of a script, whose output shall be this."""
    place = add_program(disk, "sh ../run.sh")
    (place / "run.sh").write_text(script)
    reference = place / "reference" / "default" / "none" / "stdout.txt"
    reference.parent.mkdir(parents=True)
    reference.write_text(output)
    return place


def add_program(disk: Path, command: str) -> Path:
    place = disk / "repos" / "local" / "program" / "it"
    (place / ".cm").mkdir(parents=True)
    (place / ".cm" / "meta.json").write_text(json.dumps(shell(command)))
    return place


def ckp(disk: Path, *words: str, most_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    limit = ["prlimit", f"--fsize={most_bytes}"] if most_bytes else []
    return subprocess.run(
        [*limit, sys.executable, "-m", "ck_core", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CKP_HOME": str(disk)},
    )


CASES: dict[str, Callable[[Path], None]] = {
    "runs": with_runs_on_a_full_disk,
    "less": with_less_than_the_reference,
    "reference": with_no_reference,
    "limited": with_limited_files,
    "wrong": with_a_wrong_output,
}


def main(disk: Path, words: list[str]) -> None:
    match words:
        case ["cut", status]:
            with_output_cut(disk, int(status))
        case [name] if name in CASES:
            CASES[name](disk)
        case [rooms]:
            on_disk(disk, [int(one) for one in rooms.split(",")])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
