"""Between equals the user is asked once on a terminal, and never elsewhere."""

from __future__ import annotations

import json
import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest

from ck_core.testing.fixtures import Ckp
from environments.environment_kit import ONCE, make_widget


class Terminal:
    """``ckp`` on a terminal of its own, where somebody types."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def __call__(self, *arguments: str, typed: str = "", timeout_s: float = 60) -> tuple[int, str]:
        """Exit status, and all that was shown; ``typed`` answers the first question."""
        own = {"CKP_HOME": str(self._home), "TERM": "xterm", "COLUMNS": "200"}
        child, master = pty.fork()
        if child == 0:
            words = [sys.executable, "-m", "ck_core", *arguments]
            os.execve(sys.executable, words, {**os.environ, **own})  # noqa: S606  # pty.fork wants it
        shown = self._read(master, typed, time.monotonic() + timeout_s)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown

    @staticmethod
    def _read(master: int, typed: str, end: float) -> str:
        """Types once it is quiet: Ctrl-C before ``input`` waits is not seen until the next key."""
        shown = b""
        while time.monotonic() < end:
            if select.select([master], [], [], 0.5)[0]:
                try:
                    shown += os.read(master, 4096)
                except OSError:  # Linux says so when the other side is closed
                    break
            elif typed and b"which" in shown:
                os.write(master, typed.encode())
                typed = ""
        os.close(master)
        return shown.decode()


@pytest.fixture
def terminal(ckp_home: Path) -> Terminal:
    return Terminal(ckp_home)


@pytest.fixture
def equals(ckp: Ckp, needs_widget: str, widgets: Path, tmp_path: Path) -> dict[Path, str]:
    """Two widgets of one version at two places, by directory their UIDs."""
    for place in (widgets, tmp_path / "other"):
        make_widget(place, "1")
    ckp("detect", "soft", "--tags=widget")
    found = json.loads(ckp("show", "env", "--json").stdout)
    return {Path(one["path"]).parent: one["uid"] for one in found}


def taken(ckp: Ckp, program: str, *options: str) -> str:
    done = ckp("run", program, *ONCE, *options)
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["resolved"]["tool"]["uid"])


def test_it_asks_once_and_keeps_the_answer(
    ckp: Ckp, terminal: Terminal, needs_widget: str, equals: dict[Path, str]
) -> None:
    first = taken(ckp, needs_widget)
    (other,) = set(equals.values()) - {first}
    status, shown = terminal("run", needs_widget, *ONCE, typed="1\n")
    assert status == 0
    assert "2 installations of widget@1 do equally" in shown
    assert other in shown.partition('"resolved"')[2]
    status, shown = terminal("run", needs_widget, *ONCE, timeout_s=60)
    assert status == 0
    assert "do equally" not in shown
    assert taken(ckp, needs_widget) == other
    assert taken(ckp, needs_widget, f"--deps.tool={first}") == first
    table = ckp("show", "env").stdout
    (line,) = (line for line in table.splitlines() if "your choice" in line)
    assert other in line


def test_enter_takes_the_default(
    ckp: Ckp, terminal: Terminal, needs_widget: str, equals: dict[Path, str], ckp_home: Path
) -> None:
    first = taken(ckp, needs_widget)
    assert not (ckp_home / "choices.json").exists()
    assert terminal("run", needs_widget, *ONCE, typed="\n")[0] == 0
    assert list(json.loads((ckp_home / "choices.json").read_text()).values()) == [first]


def test_quiet_never_asks(
    terminal: Terminal, needs_widget: str, equals: dict[Path, str], ckp_home: Path
) -> None:
    status, shown = terminal("run", needs_widget, *ONCE, "--quiet")
    assert status == 0
    assert "do equally" not in shown
    assert not (ckp_home / "choices.json").exists()


def test_a_stale_answer_is_ignored(
    ckp: Ckp, terminal: Terminal, needs_widget: str, equals: dict[Path, str], ckp_home: Path
) -> None:
    first = taken(ckp, needs_widget)
    (ckp_home / "choices.json").write_text(json.dumps({"widget@1": "0" * 16}))
    assert taken(ckp, needs_widget) == first
    for text in ("{", "[]", '{"widget@1": 3}', "[" * 100_000, "\xff"):
        (ckp_home / "choices.json").write_text(text, encoding="latin-1")
        assert taken(ckp, needs_widget) == first
    status, shown = terminal("run", needs_widget, *ONCE, typed="1\n")
    assert status == 0
    assert "do equally" in shown


def test_the_answer_is_forgotten_when_told(
    ckp: Ckp, terminal: Terminal, needs_widget: str, equals: dict[Path, str]
) -> None:
    first = taken(ckp, needs_widget)
    terminal("run", needs_widget, *ONCE, typed="1\n")
    assert taken(ckp, needs_widget) != first
    assert ckp("refresh", "env").returncode == 0
    assert taken(ckp, needs_widget) != first
    assert ckp("refresh", "env", "--ask-again").returncode == 0
    assert taken(ckp, needs_widget) == first


def test_two_names_of_one_file_are_no_question(
    terminal: Terminal, ckp: Ckp, needs_widget: str, widgets: Path, tmp_path: Path
) -> None:
    file = make_widget(widgets, "1")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "widget-1").symlink_to(file)
    ckp("detect", "soft", "--tags=widget")
    status, shown = terminal("run", needs_widget, *ONCE)
    assert status == 0
    assert "do equally" not in shown


def test_ctrl_c_at_the_question_keeps_nothing(
    terminal: Terminal, needs_widget: str, equals: dict[Path, str], ckp_home: Path
) -> None:
    status, _ = terminal("run", needs_widget, *ONCE, typed="\x03")
    assert status == 130
    assert not (ckp_home / "choices.json").exists()
