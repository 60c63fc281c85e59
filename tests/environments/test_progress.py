"""Progress on a terminal: bytes, steps, several phases, and texts that look like mark-up."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ck_core.cli.progress import amount
from environments.terminal import on_terminal

SCRIPT = """
import time
from ck_core.cli.console import ConsoleReporter

reporter = ConsoleReporter()
with reporter.progress("installing [/bold]zlib\\x1b]0;x\\x07") as tell:
    {calls}
reporter.note("done")
"""


@pytest.mark.parametrize(
    ("done", "total", "text"),
    [
        (0, 12, "0 of 12"),
        (3, 12, "3 of 12"),
        (3, 0, "3"),
        (500, 1_200_000, "500 B of 1.2 MB"),
        (16_400, 1_200_000, "16.4 kB of 1.2 MB"),
        (16_400, 0, "16.4 kB"),
    ],
)
def test_bytes_and_steps(done: int, total: int, text: str) -> None:
    assert amount(done, total) == text


def shown(calls: str) -> str:
    """What a terminal gets while a script tells its progress."""
    script = SCRIPT.format(calls=calls)
    return on_terminal([sys.executable, "-c", script], columns=100)


def test_a_download_and_a_build() -> None:
    text = shown(
        "tell('download', 0, 2_000_000); time.sleep(.2); tell('download', 1_000_000, 2_000_000);"
        "time.sleep(.2); tell('build', 0, 0); time.sleep(.2); tell('build', 7, 0); time.sleep(.2)"
    )
    assert "installing [/bold]zlib" in text
    assert "download" in text
    assert "1 MB of 2 MB" in text
    after = text.partition("build")[2]
    assert "of 2 MB" not in after
    assert " 7 " in after
    assert text.rstrip().endswith("ckp: done")


def test_a_name_cannot_command_the_terminal() -> None:
    text = shown("tell('a\\x1b[2Jb', 1, 3); time.sleep(.2)")
    assert "\x1b]0;" not in text
    assert "\x1b[2J" not in text


def test_without_a_terminal_it_is_one_line() -> None:
    script = SCRIPT.format(calls="[tell('x', n, 9) for n in range(9)]")
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr.count("\n") == 2
