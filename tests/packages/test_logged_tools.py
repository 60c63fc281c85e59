"""Tools whose words go to a log: as they come, to the end, and the tools stopped in time."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ck_core.builtin import packages
from ck_core.builtin.packages.order import order_of
from ck_core.builtin.packages.tools import run_step
from ck_core.context import Context, SilentReporter
from ck_core.domain.install import InstallRequest
from ck_core.errors import InstallError
from ck_core.system.locks import wait_until_idle
from ck_core.system.processes import NOT_STARTED, run_logged
from ck_core.testing.fixtures import AddComponent
from ck_core.testing.samples import LINUX, requirement
from packages.kit import find_package, install, meta


def test_both_streams_are_added_to_the_log_as_they_come(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")
    seen: list[str] = []

    def look(part: str) -> None:
        seen.append(part)
        assert log.read_text().endswith(part)

    script = "echo one; sleep 0.1; echo two >&2; exit 3"
    result = run_logged(["sh", "-c", script], log=log, timeout_s=9, on_output=look)
    assert (result.status, result.output, seen) == (3, "one\ntwo\n", ["one\n", "two\n"])
    assert log.read_text() == f"before\n$ sh -c '{script}'\none\ntwo\n"


def test_of_much_output_the_end_is_answered_and_all_is_logged(tmp_path: Path) -> None:
    script = "i=0; while [ $i -lt 40000 ]; do echo line $i; i=$((i+1)); done"
    result = run_logged(["sh", "-c", script], log=tmp_path / "log", timeout_s=60)
    assert result.output.endswith("line 39999\n")
    assert len(result.output) <= 1 << 16
    assert (tmp_path / "log").read_text().count("\n") == 40_001


def test_a_tool_that_does_not_end_is_stopped_with_its_children(tmp_path: Path) -> None:
    begin = time.monotonic()
    result = run_logged(["sh", "-c", "sleep 60 & sleep 60"], log=tmp_path / "log", timeout_s=0.3)
    assert result.timed_out
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("command", [["/none/such"], ["echo", "a\0b"]])
def test_what_cannot_be_started_is_told(tmp_path: Path, command: list[str]) -> None:
    result = run_logged(command, log=tmp_path / "log", timeout_s=9)
    assert result.status == NOT_STARTED
    assert result.error_output


def test_whoever_waits_for_its_file_waits_for_the_tool(tmp_path: Path) -> None:
    busy, tool = (
        tmp_path / "busy",
        ["sh", "-c", f"echo > {tmp_path}/begun; sleep 1; echo > {tmp_path}/ended"],
    )
    arguments = {"log": tmp_path / "log", "timeout_s": 9, "busy": busy}
    thread = threading.Thread(target=run_logged, args=(tool,), kwargs=arguments)
    thread.start()
    while not (tmp_path / "begun").exists():
        time.sleep(0.01)
    wait_until_idle(busy)
    assert (tmp_path / "ended").exists()
    thread.join()
    wait_until_idle(busy)
    wait_until_idle(tmp_path / "none")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("[ 45%] Building C object", (45, 100)),
        ("[12/30] cc -c a.c\n[13/30] cc -c b.c", (13, 30)),
        ("nothing of that", None),
    ],
)
def test_progress_is_taken_from_what_tools_say(
    tmp_path: Path, add_component: AddComponent, said: str, told: tuple[int, int] | None
) -> None:
    add_component("package", "thing", meta({"source": {"files": "."}}))
    steps: list[tuple[str, int, int]] = []
    request = InstallRequest(
        requirement=requirement("thing"),
        platform=LINUX,
        root=tmp_path,
        package=find_package("thing", Context(SilentReporter())),
        directory=tmp_path,
        log=tmp_path / "log",
        progress=lambda what, done, total: steps.append((what, done, total)),
    )
    run_step("build it", ["printf", "%s", said], order_of(request))
    assert steps == ([("build it", *told)] if told else [])


def test_a_request_without_a_package_is_nobodys(tmp_path: Path) -> None:
    request = InstallRequest(requirement=requirement("thing"), platform=LINUX, root=tmp_path)
    assert packages.install(request) is None


def test_a_killed_tool_is_told_as_such(tmp_path: Path, add_component: AddComponent) -> None:
    recipe = {"source": {"files": ""}, "build": {"with": "script", "script": "i.sh"}}
    add_component("package", "thing", meta(recipe), {"i.sh": "kill -KILL $$"})
    with pytest.raises(InstallError, match="sh was killed by signal 9"):
        install()
