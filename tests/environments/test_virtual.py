"""ckp virtual env: a shell or a command with the variables of installations."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ck_core.testing.fixtures import Ckp
from environments.environment_kit import make_widget


@pytest.fixture
def uid(ckp: Ckp, widgets: Path) -> str:
    make_widget(widgets, "1.0", "the widget speaks")
    ckp("detect", "soft", "--tags=widget")
    return str(json.loads(ckp("show", "env", "--json").stdout)[0]["uid"])


def test_a_command_gets_the_variables(ckp: Ckp, uid: str, widgets: Path) -> None:
    done = ckp("virtual", f"env:{uid}", "--", "printenv", "WIDGET")
    assert done.stdout == f"{widgets / 'widget-1.0'}\n"


def test_a_command_of_the_installation_is_found(ckp: Ckp, uid: str) -> None:
    assert ckp("virtual", f"env:{uid}", "--", "widget-1.0").stdout == "the widget speaks\n"


def test_words_arrive_as_they_were_given(ckp: Ckp, uid: str) -> None:
    words = ["--json", "a b", "$HOME", "; exit 9", "", "--", "*"]
    script = "import json, sys; print(json.dumps(sys.argv[1:]))"
    done = ckp("virtual", f"env:{uid}", "--", sys.executable, "-c", script, *words)
    assert json.loads(done.stdout) == words


@pytest.mark.parametrize("status", [0, 1, 42, 255])
def test_the_exit_status_is_passed_on(ckp: Ckp, uid: str, status: int) -> None:
    assert ckp("virtual", f"env:{uid}", f"--shell_cmd=exit {status}").returncode == status
    words = ("--", "sh", "-c", f"exit {status}")
    assert ckp("virtual", f"env:{uid}", *words).returncode == status


def test_a_signal_is_passed_on(ckp: Ckp, uid: str) -> None:
    done = ckp("virtual", f"env:{uid}", "--shell_cmd=kill -TERM $$")
    assert done.returncode == -signal.SIGTERM


def test_the_users_own_words_are_run_by_sh(ckp: Ckp, uid: str) -> None:
    done = ckp("virtual", "env", "--tags=widget", '--shell_cmd=echo "<$WIDGET>" | tr a-z A-Z')
    assert done.stdout.endswith("/WIDGETS/WIDGET-1.0>\n")


def test_a_prompt_can_tell(ckp: Ckp, uid: str) -> None:
    once = ckp("virtual", f"env:{uid}", "--", "printenv", "CKP_ENV")
    assert once.stdout == "widget@1.0\n"
    again = ckp("virtual", f"env:{uid}", "--", "printenv", "CKP_ENV", CKP_ENV="gcc@12")
    assert again.stdout == "gcc@12 widget@1.0\n"


def test_without_a_command_it_is_the_users_shell(ckp: Ckp, uid: str, tmp_path: Path) -> None:
    shell = tmp_path / "my-shell"
    shell.write_text("#!/bin/sh\necho shell with $WIDGET\n")
    shell.chmod(0o755)
    done = ckp("virtual", f"env:{uid}", SHELL=str(shell))
    assert done.stdout.startswith("shell with /")
    assert "widget@1.0" in done.stderr


def test_several_groups_of_tags(ckp: Ckp, uid: str) -> None:
    ask = ("virtual", "env", "--tag_groups=widget,~gadget tool;nothing-has-this")
    assert ckp(*ask, "--", "printenv", "CKP_ENV").stdout == "widget@1.0 widget@1.0\n"


def test_what_is_not_registered_is_detected(ckp: Ckp, widgets: Path) -> None:
    make_widget(widgets, "3")
    assert ckp("virtual", "env", "--tags=widget", "--", "true").returncode == 0
    assert "widget@3" in ckp("show", "env").stdout


def test_what_is_missing_is_installed_unless_forbidden(ckp: Ckp, needs_gadget: str) -> None:
    ask = ("virtual", "env", "--tags=gadget")
    assert ckp(*ask, "--no-install", "--", "true").returncode == 5
    assert ckp(*ask, "--shell_cmd=cat $GADGET").stdout == "2"


def test_paths_are_put_before_the_users(ckp: Ckp, uid: str, widgets: Path) -> None:
    done = ckp("virtual", f"env:{uid}", "--", "printenv", "PATH")
    assert done.stdout == f"{widgets}:{os.environ['PATH']}\n"


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("env",), 2, "--tags"),
        (("env", "--", "true"), 2, "--tags"),
        (("soft:widget",), 2, "not on 'soft'"),
        (("env:0123456789abcdef", "--", "true"), 5, "0123456789abcdef"),
        (("env:0*", "--", "true"), 2, "pattern"),
        (("env", "--tags=nothing-has-this", "--", "true"), 5, "nothing-has-this"),
        (("env", "--tags=widget", "--shell_cmd=true", "--", "true"), 2, "exclude"),
        (("env", "--tags=widget", "--", "no-such-command"), 2, "no-such-command"),
        (("env", "--tags=widget", "--target=mars-x86", "--", "true"), 2, "mars-x86"),
    ],
)
def test_bad_input(ckp: Ckp, uid: str, arguments: tuple[str, ...], status: int, says: str) -> None:
    done = ckp("virtual", *arguments)
    assert done.returncode == status, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_words_that_are_no_text_arrive(ckp: Ckp, uid: str, ckp_home: Path) -> None:
    command = [sys.executable, "-m", "ck_core", "virtual", f"env:{uid}", "--", "printf", "%s"]
    environment = {**os.environ, "CKP_HOME": str(ckp_home)}
    done = subprocess.run(
        [*map(os.fsencode, command), b"\xff\xfe"], capture_output=True, check=True, env=environment
    )
    assert done.stdout == b"\xff\xfe"


def test_tags_that_nothing_has_are_said_once(ckp: Ckp) -> None:
    done = ckp("virtual", "env", "--tags=nope-nothing", CKP_SOFT_DIRS="")
    assert done.returncode == 5
    assert "needs nope-nothing, which" in done.stderr
