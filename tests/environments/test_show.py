"""ckp show env: everything that was found or installed, and what has become of it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from environments.environment_kit import ONCE, make_widget
from environments.terminal import on_terminal


def shown(ckp: Ckp, *arguments: str) -> dict[str, dict[str, object]]:
    done = ckp("show", "env", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return {Path(one["path"]).name: one for one in json.loads(done.stdout)}


def test_several_versions_lie_side_by_side(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    for version in ("1.9", "1.10", "1.2"):
        make_widget(widgets, version)
    assert ckp("run", needs_widget, *ONCE).returncode == 0
    table = ckp("show", "env").stdout
    places = [table.index(f"widget@{version}") for version in ("1.2", "1.9", "1.10")]
    assert places == sorted(places)


def test_one_in_detail(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    file = make_widget(widgets, "1.0")
    ckp("detect", "soft", "--tags=widget")
    uid = shown(ckp)["widget-1.0"]["uid"]
    detail = ckp("show", f"env:{uid}").stdout
    for text in ("widget@1.0", str(uid), "ok", str(file), "detected", "$WIDGET", "$PATH"):
        assert text in detail
    entry = json.loads(ckp("load", f"env:{uid}").stdout)
    assert entry["file_digest"].startswith("sha256:")
    assert entry["file_digest"][7:] in detail


def test_what_changed_and_what_is_gone_is_told(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    for version in ("1", "2", "3"):
        make_widget(widgets, version)
    ckp("detect", "soft", "--tags=widget")
    (widgets / "widget-1").unlink()
    make_widget(widgets, "2", "another text")
    states = {name: one["state"] for name, one in shown(ckp).items()}
    assert states == {"widget-1": "gone", "widget-2": "changed", "widget-3": "ok"}
    assert "changed" in ckp("show", "env").stdout


def test_an_unknown_uid_is_an_error(ckp: Ckp, widgets: Path) -> None:
    done = ckp("show", "env:0123456789abcdef")
    assert done.returncode == 3
    assert "ckp show env" in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        '{"customize": {"full_path": "/a\\u0000b"}}',
        '{"binary_directories": ["/a\\u0000b"]}',
        '{"link_flags": ["-l\\u0000"]}',
        '{"env": {"A=B": "x"}}',
        '{"env": {"": "x"}}',
        '{"deps": {"a": "b"}}',
        '{"install_location": []}',
        '{"customize": {"version": {}}}',
        '{"fingerprint": {}, "customize": {"full_path": "/"}}',
        '{"plugin": ["gcc"], "customize": {"full_path": "/"}}',
        '{"setup": 3}',
        "[]",
        "[" * 100_000,
    ],
)
def test_a_damaged_entry_hides_no_other(
    ckp: Ckp, needs_widget: str, widgets: Path, add_component: AddComponent, text: str
) -> None:
    make_widget(widgets, "1")
    ckp("detect", "soft", "--tags=widget")
    add_component("env", "00000000000000ff", text)
    for command in (
        ("show", "env"),
        ("run", needs_widget, *ONCE),
        ("virtual", "env", "--tags=widget", "--", "true"),
        ("refresh", "env"),
    ):
        done = ckp(*command)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
    assert "widget@1" in ckp("show", "env").stdout


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")
def test_a_real_compiler_in_detail(ckp: Ckp) -> None:
    assert ckp("detect", "soft", "--tags=compiler,gcc").returncode == 0
    native = [one for one in shown(ckp, "--tags=gcc,lang-c").values() if one["state"] == "ok"]
    detail = ckp("show", f"env:{native[0]['uid']}").stdout
    assert "$CK_CC" in detail
    assert "sha256" in detail


def test_what_is_copied_stays_whole_on_a_narrow_terminal(
    ckp: Ckp, needs_widget: str, widgets: Path
) -> None:
    """And is followed by the path; in a pipe is everything."""
    make_widget(widgets, "1.0")
    ckp("detect", "soft", "--tags=widget")
    uid = str(shown(ckp)["widget-1.0"]["uid"])
    words = [sys.executable, "-m", "ck_core", "show", "env"]
    screen = on_terminal(words, columns=60)
    row = next(line for line in screen.splitlines() if line.startswith("widget@1.0"))
    assert uid in row
    assert "origin" not in screen
    assert "origin" in ckp("show", "env").stdout
