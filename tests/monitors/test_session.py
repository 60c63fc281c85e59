"""One supervisor for many claims."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ck_core.errors import StorageError
from ck_core.system.measuring import measuring_session
from monitors.monitor_kit import request, text

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has /proc")


def alive(marker: str) -> bool:
    return subprocess.run(["pgrep", "-f", marker], capture_output=True, check=False).returncode == 0


def test_variants_take_turns_in_numbered_directories(tmp_path: Path) -> None:
    asked = [request(tmp_path / name, "echo", name) for name in ("a", "b", "c")]
    with measuring_session() as session:
        results = [session.run(one).repetitions[0] for _ in range(4) for one in asked]
    assert [text(one) for one in results] == ["a", "b", "c"] * 4
    places = [one.directory.name for one in results if one.directory.parent.name == "b"]
    assert places == ["rep-0000", "rep-0001", "rep-0002", "rep-0003"]


def test_all_are_measured_by_one_supervisor(tmp_path: Path) -> None:
    """The parent of a program that was started directly is its supervisor."""
    script = "import os; x = bytearray(60_000_000); print(os.getppid())"
    asked = [request(tmp_path / name, sys.executable, "-c", script) for name in ("a", "b")]
    with measuring_session() as session:
        parents = [text(session.run(one).repetitions[0]) for _ in range(3) for one in asked]
    assert len(set(parents)) == 1
    assert not Path(f"/proc/{parents[0]}").exists()


def test_more_commands_than_shells_are_kept(tmp_path: Path) -> None:
    asked = [request(tmp_path / str(n), "echo", str(n)) for n in range(70)]
    with measuring_session() as session:
        for _ in range(2):
            assert [text(session.run(one).repetitions[0]) for one in asked] == [
                str(n) for n in range(70)
            ]


def test_equal_outputs_are_kept_once_over_claims(tmp_path: Path) -> None:
    asked = request(tmp_path / "run", "echo", "same", checked_files=("stdout.txt",))
    with measuring_session() as session:
        kept = {session.run(asked).repetitions[0].directory for _ in range(5)}
    assert len(kept) == 1
    assert [one.name for one in (tmp_path / "run").iterdir()] == ["rep-0000"]


@pytest.mark.parametrize("script", ["exit 3", "kill -9 $$", "sleep 30", "setsid sleep 30 &"])
def test_one_program_fails_and_the_others_go_on(tmp_path: Path, script: str) -> None:
    bad = request(tmp_path / "bad", "sh", "-c", script, timeout_s=0.5)
    good = request(tmp_path / "good", "echo", "good")
    with measuring_session() as session:
        for _ in range(3):
            assert bool(session.run(bad).error) is not script.endswith("&")
            assert text(session.run(good).repetitions[0]) == "good"


def test_what_cannot_start_leaves_the_session_usable(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"\x7fELF and nothing more")
    (tmp_path / "text").chmod(0o755)
    bad = request(tmp_path / "bad", str(tmp_path / "text"))
    with measuring_session() as session:
        assert session.run(bad).error
        with pytest.raises(StorageError):
            session.run(replace(bad, arguments=("true",), directory=tmp_path / "text"))
        assert not session.run(request(tmp_path / "good", "true")).error


@linux
def test_a_program_that_kills_its_supervisor_is_told_and_survived(tmp_path: Path) -> None:
    marker = f"33{os.getpid()}"
    kill = f"import os; x = bytearray(60_000_000); os.system('sleep {marker} &')"
    bad = request(tmp_path / "bad", sys.executable, "-c", f"{kill}; os.kill(os.getppid(), 9)")
    warm = request(tmp_path / "bad", sys.executable, "-c", "x = bytearray(60_000_000)")
    good = request(tmp_path / "good", "echo", "good")
    with measuring_session() as session:
        session.run(warm)
        for _ in range(3):
            session.run(bad)
            assert text(session.run(good).repetitions[0]) == "good"
    assert not alive(f"sleep {marker}")


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_when_the_client_dies(tmp_path: Path, how: signal.Signals) -> None:
    marker = f"34{os.getpid()}{int(how)}"
    code = f"""
import os, pathlib
from ck_core.domain.run import RunRequest
from ck_core.system.measuring import measuring_session
def asked(*words):
    return RunRequest(arguments=words, environment=dict(os.environ),
        directory=pathlib.Path({str(tmp_path)!r}))
with measuring_session() as session:
    for n in range(5):
        session.run(asked("echo", str(n)))
    session.run(asked("sh", "-c", "setsid sleep {marker} & sleep {marker}"))
"""
    client = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    for _ in range(200):
        if alive(f"sleep {marker}"):
            break
        time.sleep(0.05)
    client.send_signal(how)
    client.wait(timeout=10)
    for _ in range(100):
        if not alive(f"sleep {marker}") and not alive(str(tmp_path)):
            return
        time.sleep(0.05)
    pytest.fail("something is left")


def test_what_is_kept_is_made_once_and_closed(tmp_path: Path) -> None:
    class Thing:
        made = closed = 0

        def __init__(self) -> None:
            Thing.made += 1

        def close(self) -> None:
            Thing.closed += 1

    with measuring_session() as session:
        assert session.kept("thing", Thing) is session.kept("thing", Thing)
        assert (Thing.made, Thing.closed) == (1, 0)
    assert (Thing.made, Thing.closed) == (1, 1)


def test_a_prefix_starts_the_program_and_its_files_are_collected(tmp_path: Path) -> None:
    asked = request(tmp_path / "run", "cat", "/proc/self/comm", repetitions=3)
    file = tmp_path / "words.txt"
    asked.instruments.prefix += ["/bin/sh", "-c", f'echo "$@" >{file}; exec "$@"', "sh"]
    asked.instruments.collected_files["words"] = file
    asked.instruments.read_files.update(
        uptime=Path("/proc/uptime"), missing=tmp_path / "no", pipe=tmp_path / "pipe"
    )
    os.mkfifo(tmp_path / "pipe")
    with measuring_session() as session:
        result = session.run(asked)
    for one in result.repetitions:
        assert text(one) == "cat"
        assert one.observed.collected["words"].strip().endswith("cat /proc/self/comm")
        assert one.observed.before.keys() == one.observed.after.keys() == {"uptime"}
    assert not file.exists()
    assert json.dumps([one.observed.before["uptime"] for one in result.repetitions])


def test_a_later_session_numbers_on(tmp_path: Path) -> None:
    asked = request(tmp_path / "run", "true", repetitions=2)
    for first in (0, 2):
        with measuring_session() as session:
            names = [one.directory.name for one in session.run(asked).repetitions]
        assert names == [f"rep-{first:04d}", f"rep-{first + 1:04d}"]
