from __future__ import annotations

import os
import signal

import pytest

from ck_core.system.processes import OUTPUT_LIMIT, clean_environment, run_tool


def test_output_and_status() -> None:
    result = run_tool(["sh", "-c", "echo out; echo err >&2; exit 4"], timeout_s=10)
    assert (result.status, result.output, result.error_output) == (4, "out\n", "err\n")


def test_a_timeout_kills_the_group() -> None:
    result = run_tool(["sh", "-c", "sleep 60 & sleep 60"], timeout_s=0.3)
    assert result.timed_out


def test_what_cannot_start_says_why() -> None:
    result = run_tool(["no-such-tool-here"], timeout_s=1)
    assert result.status == 127
    assert "no-such-tool-here" in result.error_output


def test_bytes_that_are_no_text() -> None:
    assert "\ufffd" in run_tool(["printf", "\\377"], timeout_s=5).output


def test_no_secret_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "secret")
    assert "secret" not in clean_environment().values()
    assert "MY_TOKEN" not in run_tool(["env"], timeout_s=5).output
    assert clean_environment()["PATH"] == os.environ["PATH"]


def test_endless_output_is_cut() -> None:
    result = run_tool(["yes"], timeout_s=60)
    assert result.status == -signal.SIGPIPE
    assert not result.timed_out
    assert OUTPUT_LIMIT < len(result.output) <= OUTPUT_LIMIT + (1 << 16)


def test_a_daemon_that_keeps_the_pipe_is_not_waited_for_after_the_timeout() -> None:
    result = run_tool(["setsid", "--fork", "sleep", "5"], timeout_s=0.3)
    assert result.timed_out
