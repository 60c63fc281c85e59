"""Line ends that a target's C library writes, in outputs that are compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from ck_core.builtin import reference
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.domain.target import parse_target_name


def judged(tmp_path: Path, target: str, written: bytes) -> bool | float | None:
    expected = tmp_path / "expected.txt"
    expected.write_bytes(b"one\ntwo\n")
    (tmp_path / "stdout.txt").write_bytes(written)
    request = RunRequest(
        arguments=("it",),
        environment={},
        directory=tmp_path,
        checked_files=("stdout.txt",),
        references={"stdout.txt": expected},
        target=parse_target_name(target),
    )
    repetition = Repetition(wall_s=1.0, exit_status=0, timed_out=False, directory=tmp_path)
    return reference.postprocess(request, RunResult(repetitions=(repetition,)))["correct"].value


@pytest.mark.parametrize(
    ("target", "written", "correct"),
    [
        ("windows-x86_64", b"one\r\ntwo\r\n", True),
        ("windows-x86_64", b"one\r\ntwo", False),
        ("linux-arm64", b"one\r\ntwo\r\n", False),
        ("linux-arm64", b"one\ntwo\n", True),
    ],
)
def test_windows_line_ends_are_the_c_librarys(
    target: str,
    written: bytes,
    correct: bool,  # noqa: FBT001  # a parameter of the test
    tmp_path: Path,
) -> None:
    assert judged(tmp_path, target, written) is correct
