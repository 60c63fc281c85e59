"""The supervisor on real executables."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ck_core.domain.run import RunRequest
from ck_core.errors import StorageError
from ck_core.system.measuring import measure

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux counts it this way")


def request(directory: Path, *arguments: str, **changes: object) -> RunRequest:
    return RunRequest(
        arguments=arguments,
        environment=dict(os.environ),
        directory=directory,
        **changes,  # type: ignore[arg-type]  # the tests know the fields
    )


def measured(value: float | None) -> float:
    """Here everything is."""
    assert value is not None
    return value


def alive(marker: str) -> bool:
    return subprocess.run(["pgrep", "-f", marker], capture_output=True, check=False).returncode == 0


def gone(marker: str) -> bool:
    for _ in range(50):
        if not alive(marker):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("exit 3", "exited with status 3"),
        ("kill -SEGV $$", "was killed by signal 11 (SIGSEGV)"),
        ("sleep 30", "ran past its time limit of 0.5 s"),
    ],
)
def test_failures_are_told(tmp_path: Path, script: str, error: str) -> None:
    result = measure(request(tmp_path, "sh", "-c", f"echo last words >&2; {script}", timeout_s=0.5))
    assert error in result.error
    assert "last words" in result.details
    assert result.timed_out is ("limit" in error)


@pytest.mark.parametrize("variable", ["USUAL", "OF-NO-SHELL"], ids=["from a shell", "directly"])
def test_a_broken_pipe_ends_a_program(tmp_path: Path, variable: str) -> None:
    """``BIN | head -n 1`` shall not run on to its end, as where Python's ignoring is inherited."""
    asked = request(tmp_path, "/bin/sh", "-c", "kill -PIPE $$")
    result = measure(replace(asked, environment={**os.environ, variable: ""}))
    assert "SIGPIPE" in result.error


def test_what_cannot_start_is_told(tmp_path: Path) -> None:
    assert "no-such-tool" in measure(request(tmp_path, "no-such-tool")).error
    (tmp_path / "text").write_text("not executable")
    assert "could not be started" in measure(request(tmp_path, str(tmp_path / "text"))).error


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        measure(request(tmp_path / "file", "true"))


def test_status_can_be_ignored(tmp_path: Path) -> None:
    result = measure(
        request(tmp_path, "sh", "-c", "exit 3", repetitions=4, ignore_exit_status=True)
    )
    assert [one.exit_status for one in result.repetitions] == [3] * 4
    assert not result.error


def test_each_repetition_starts_in_a_fresh_directory(tmp_path: Path) -> None:
    script = "ls | wc -l; echo $$ > left-over"
    result = measure(request(tmp_path, "sh", "-c", script, repetitions=3, warmups=2))
    texts = [(one.directory / "stdout.txt").read_text().strip() for one in result.repetitions]
    assert texts == ["2"] * 3  # its own stdout.txt and stderr.txt


def test_equal_outputs_are_kept_once(tmp_path: Path) -> None:
    result = measure(
        request(tmp_path, "echo", "same", repetitions=5, checked_files=("stdout.txt",))
    )
    assert len({one.directory for one in result.repetitions}) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_arguments_and_environment_arrive_untouched(tmp_path: Path) -> None:
    odd = "a b'\"$x\n*"
    script = "import os, sys; e = os.environ; print(sys.argv[1] + e['ODD'], 'out' in e, end='')"
    asked = request(tmp_path, sys.executable, "-c", script, odd)
    result = measure(RunRequest(**{**vars(asked), "environment": {**os.environ, "ODD": odd}}))
    assert (result.repetitions[0].directory / "stdout.txt").read_text() == f"{odd}{odd} False"


@linux
def test_peak_memory_is_the_programs_own(tmp_path: Path) -> None:
    small = measure(request(tmp_path, "true", repetitions=2)).repetitions
    assert all(measured(one.peak_memory_bytes) < 4_000_000 for one in small)
    script = "x = bytearray(60_000_000)"
    (tmp_path / "large").mkdir()
    large = measure(
        request(tmp_path / "large", sys.executable, "-c", script, repetitions=3)
    ).repetitions
    assert all(60_000_000 < measured(one.peak_memory_bytes) < 120_000_000 for one in large)


def test_times_are_plausible(tmp_path: Path) -> None:
    spin = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    busy = measure(request(tmp_path, sys.executable, "-c", spin)).repetitions[0]
    assert 0.25 < measured(busy.user_s) + measured(busy.system_s) <= busy.wall_s + 0.05
    (tmp_path / "idle").mkdir()
    idle = measure(request(tmp_path / "idle", "sleep", "0.3")).repetitions[0]
    assert measured(idle.user_s) + measured(idle.system_s) < 0.1
    assert 0.3 <= idle.wall_s < 3
    assert measured(idle.voluntary_switches) >= 1


@linux
@pytest.mark.parametrize("ending", ["sleep 30", "exit 0"], ids=["timeout", "normal end"])
def test_the_whole_tree_dies(tmp_path: Path, ending: str) -> None:
    marker = f"30{os.getpid()}{len(ending)}"
    sleep = f"sleep {marker}"
    script = f"setsid sh -c 'setsid {sleep} & {sleep}' & {sleep} & sleep 0.2; {ending}"
    measure(request(tmp_path, "sh", "-c", script, timeout_s=0.8))
    assert not alive(sleep)


OF_ANOTHER_USER = """
import os, subprocess
from pathlib import Path
from ck_core.domain.run import RunRequest
from ck_core.system.measuring import measurement_asked
from ck_core.system.supervising.serving import adopt_orphans, serve
from ck_core.system.supervising.starting import Starters
other = subprocess.Popen(["sleep", "60"])
os.setresuid(65534, 65534, 0)
starters = Starters(adopted=adopt_orphans())
asked = RunRequest(arguments=("true",), environment={}, directory=Path.cwd(), repetitions=3)
serve(measurement_asked(asked, "/bin/true"), starters, {})
starters.close()
os.setresuid(0, 0, 0)
other.kill()
"""


@linux
@pytest.mark.skipif(os.getuid() != 0, reason="only root can leave a process of another user")
def test_what_another_user_runs_stops_no_measuring() -> None:
    """As what a program has left that was started by sudo."""
    with TemporaryDirectory() as place:
        os.chown(place, 65534, 65534)
        command = [sys.executable, "-c", OF_ANOTHER_USER]
        told = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in told.stdout.splitlines()]
    assert [one.get("exit_status") for one in answers] == [0, 0, 0, None]
    assert answers[-1] == {"end": True}


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_when_the_client_dies(tmp_path: Path, how: signal.Signals) -> None:
    marker = f"31{os.getpid()}{int(how)}"
    code = f"""
import os, pathlib
from ck_core.domain.run import RunRequest
from ck_core.system.measuring import measure
measure(RunRequest(arguments=("sh", "-c", "setsid sleep {marker} & sleep {marker}"),
    environment=dict(os.environ), directory=pathlib.Path({str(tmp_path)!r})))
"""
    client = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    for _ in range(100):
        if alive(f"sleep {marker}"):
            break
        time.sleep(0.1)
    client.send_signal(how)
    client.wait(timeout=10)
    assert gone(f"sleep {marker}")
