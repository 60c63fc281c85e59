"""Outputs too long to be hashed or read into memory: kept once, and never called right if wrong."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.builtin.reference import postprocess
from ck_core.domain.output_check import NearNumbers
from ck_core.domain.run import RunRequest, RunResult
from ck_core.system.differing import first_different_byte
from ck_core.system.measuring import measure
from monitors.monitor_kit import request

LENGTH = 17_000_000
ONCE = "if [ -e ../seen ]; then printf {later}; else touch ../seen; printf {first}; fi"


def writing(directory: Path, first: str, later: str, **changes: object) -> RunRequest:
    """A program whose long output ends with one word at first, and with another later."""
    script = f"{{ head -c {LENGTH} /dev/zero; {ONCE.format(first=first, later=later)}; }} >out.bin"
    (directory.parent / "reference.bin").write_bytes(bytes(LENGTH) + b"right")
    return replace(
        request(directory, "sh", "-c", script, repetitions=3),
        checked_files=("out.bin",),
        references={"out.bin": directory.parent / "reference.bin"},
        **changes,  # type: ignore[arg-type]  # the tests know the fields
    )


def directories(result: RunResult) -> int:
    return len({one.directory for one in result.repetitions})


def test_equal_ones_are_kept_once_and_right(tmp_path: Path) -> None:
    asked = writing(tmp_path / "run", "right", "right")
    result = measure(asked)
    assert directories(result) == 1
    assert [one.name for one in asked.directory.iterdir() if one.is_dir()] == ["rep-0000"]
    assert postprocess(asked, result)["correct"].value is True


@pytest.mark.parametrize(
    ("first", "later", "problem"),
    [
        ("right", "wrong", "out.bin, byte 17000001: expected b'right', got b'wrong'"),
        ("wrong", "right", "out.bin, byte 17000001: expected b'right', got b'wrong'"),
        ("right", "rights", "out.bin, byte 17000006: expected b'', got b's'"),
        ("right", "righ", "out.bin, byte 17000005: expected b't', got b''"),
    ],
)
def test_one_that_differs_at_its_end_alone_is_wrong(
    tmp_path: Path, first: str, later: str, problem: str
) -> None:
    asked = writing(tmp_path / "run", first, later)
    result = measure(asked)
    assert directories(result) > 1
    correct = postprocess(asked, result)["correct"]
    assert (correct.value, correct.detail) == (False, problem)


def test_links_to_one_input_are_equal(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    (inputs / "out.bin").write_bytes(bytes(LENGTH))
    asked = request(tmp_path / "run", "true", repetitions=3, checked_files=("out.bin",))
    assert directories(measure(replace(asked, inputs=inputs))) == 1


def test_numbers_may_differ_within_their_tolerance(tmp_path: Path) -> None:
    for name, number in (("reference.txt", "1.0"), ("near.txt", "1.01"), ("far.txt", "1.1")):
        (tmp_path / name).write_text(f"{'0 ' * 9_000_000}\n{number}\n")
    found = {}
    for name in ("near.txt", "far.txt"):
        asked = replace(
            request(tmp_path / name.partition(".")[0], "cp", str(tmp_path / name), "out.txt"),
            checked_files=("out.txt",),
            references={"out.txt": tmp_path / "reference.txt"},
            output_checks={"out.txt": NearNumbers(relative=0.02)},
        )
        found[name] = postprocess(asked, measure(asked))["correct"].value
    assert found == {"near.txt": True, "far.txt": False}


COMPARED = """
import sys
from pathlib import Path
from ck_core.builtin.reference import postprocess
from ck_core.domain.run import Repetition, RunRequest, RunResult
import resource
place = Path(sys.argv[1])
asked = RunRequest(arguments=("x",), environment={}, directory=place, checked_files=("out",),
    references={"out": place / "reference"})
one = Repetition(wall_s=1, user_s=1, system_s=1, peak_memory_bytes=1, exit_status=0,
    voluntary_switches=0, involuntary_switches=0, major_faults=0, minor_faults=0,
    timed_out=False, directory=place)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert postprocess(asked, RunResult(repetitions=(one,)))["correct"].value is (sys.argv[2] == "x")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("end", ["x", "y"])
def test_comparing_them_takes_no_memory(tmp_path: Path, end: str) -> None:
    (tmp_path / "reference").write_bytes(b"0123456789\n" * 6_000_000 + b"x")
    (tmp_path / "out").write_bytes(b"0123456789\n" * 6_000_000 + end.encode())
    command = [sys.executable, "-c", COMPARED, str(tmp_path), end]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    grown_kib = int(done.stdout) / (1024 if sys.platform == "darwin" else 1)
    assert grown_kib < 16_000  # of outputs of 66 MB each


@given(st.binary(max_size=30), st.binary(max_size=30), st.integers(0, 2))
def test_the_first_different_byte(
    tmp_path_factory: pytest.TempPathFactory, one: bytes, other: bytes, longer: int
) -> None:
    """Also around the ends of the parts in which files are read."""
    place = tmp_path_factory.mktemp("pair")
    start = bytes((0, (1 << 18) - 3, 1 << 18)[longer])
    for name, content in (("one", one), ("other", other)):
        (place / name).write_bytes(start + content)
    expected = next(
        (n for n in range(max(len(one), len(other))) if one[n : n + 1] != other[n : n + 1]), None
    )
    found = first_different_byte(place / "one", place / "other")
    assert found == (None if expected is None else len(start) + expected)
