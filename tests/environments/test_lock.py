"""Lock files: written with all that was resolved, and nothing else will do later."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ck_core.domain.lock import parse_lock
from ck_core.domain.meta import Meta
from ck_core.errors import CkpError
from ck_core.testing.fixtures import AddComponent, Ckp
from environments.environment_kit import NEEDS_WIDGET, ONCE, gadget, make_widget


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lock files are written to the current directory."""
    place = tmp_path / "project"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def locked(ckp: Ckp, program: str, *options: str) -> dict[str, Any]:
    done = ckp("lock", program, *options, "--json")
    assert done.returncode == 0, done.stderr
    lock: dict[str, Any] = json.loads(done.stdout)
    return lock


def change(file: Path, *keys: str, value: Any) -> None:
    lock = json.loads(file.read_text())
    place = lock
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    file.write_text(json.dumps(lock))


def taken(ckp: Ckp, program: str, key: str, *options: str) -> str:
    done = ckp("run", program, *ONCE, *options)
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["resolved"][key]["version"])


def test_it_holds_what_was_resolved(ckp: Ckp, needs_widget: str, widgets: Path, here: Path) -> None:
    make_widget(widgets, "1.5")
    lock = locked(ckp, needs_widget)
    assert json.loads((here / "shows.lock.json").read_text()) == lock
    assert lock["schema"] == 1
    assert lock["target"].startswith("linux-")
    assert lock["program"]["cid"] == "program:shows"
    tool = lock["resolved"]["tool"]
    assert (tool["product"], tool["version"], tool["origin"]) == ("widget", "1.5", "detected")
    assert tool["plugin_release"] == "widgets 1.0"
    assert tool["digest"].startswith("sha256:")
    assert str(widgets) not in json.dumps(lock)


def test_it_is_the_same_each_time(ckp: Ckp, needs_widget: str, widgets: Path, here: Path) -> None:
    make_widget(widgets, "1")
    locked(ckp, needs_widget)
    before = (here / "shows.lock.json").read_bytes()
    locked(ckp, needs_widget)
    assert (here / "shows.lock.json").read_bytes() == before
    assert [path.name for path in here.iterdir()] == ["shows.lock.json"]


def test_a_newer_version_is_left_alone(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    make_widget(widgets, "1")
    locked(ckp, needs_widget)
    make_widget(widgets, "2")
    ckp("detect", "soft", "--tags=widget")
    assert taken(ckp, needs_widget, "tool") == "2"
    assert taken(ckp, needs_widget, "tool", "--locked") == "1"


def test_another_home_and_another_place_do(
    ckp: Ckp, needs_widget: str, widgets: Path, tmp_path: Path, ckp_home: Path
) -> None:
    make_widget(widgets, "1")
    locked(ckp, needs_widget, "-o", "own.lock")
    widgets.rename(tmp_path / "other")
    shutil.rmtree(ckp_home / "repos" / "local" / "env")
    make_widget(widgets, "2")
    assert taken(ckp, needs_widget, "tool", "--lock-file=own.lock") == "1"


def test_other_content_of_the_same_version_is_refused(
    ckp: Ckp, needs_widget: str, widgets: Path
) -> None:
    file = make_widget(widgets, "1", "one")
    locked(ckp, needs_widget)
    times = file.stat()
    make_widget(widgets, "1", "two")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # nobody sees it from outside
    done = ckp("run", needs_widget, *ONCE, "--locked")
    assert done.returncode == 5
    assert "tool: locked widget@1" in done.stderr
    assert "is sha256:" in done.stderr
    assert "ckp lock program:shows" in done.stderr
    assert ckp("run", needs_widget, *ONCE).returncode == 0


@pytest.mark.parametrize("options", [("--deps.tool=widget@2",), ("--dep-tags.tool=golden",)])
def test_a_wish_that_differs_is_refused(
    ckp: Ckp, needs_widget: str, widgets: Path, options: tuple[str, ...]
) -> None:
    for version in ("1", "2"):
        make_widget(widgets, version)
    locked(ckp, needs_widget, "--deps.tool=widget@1")
    assert taken(ckp, needs_widget, "tool", "--locked") == "1"
    done = ckp("run", needs_widget, *ONCE, "--locked", *options)
    assert done.returncode == 5
    assert "tool: locked widget@1" in done.stderr


def test_what_is_gone_is_named(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    file = make_widget(widgets, "1")
    locked(ckp, needs_widget)
    file.unlink()
    make_widget(widgets, "2")
    done = ckp("run", needs_widget, *ONCE, "--locked")
    assert done.returncode == 5
    assert "is widget@2" in done.stderr


def test_a_need_that_came_since_is_named(
    ckp: Ckp, needs_widget: str, widgets: Path, add_component: AddComponent
) -> None:
    make_widget(widgets, "1")
    locked(ckp, needs_widget)
    needs = {"tool": {"tags": "widget"}, "another": {"tags": "widget"}}
    add_component("program", "shows", {**NEEDS_WIDGET, "run_deps": needs})
    done = ckp("run", needs_widget, *ONCE, "--locked")
    assert done.returncode == 5
    assert "another: is not in the lock file" in done.stderr


def test_a_missing_package_is_installed_in_the_locked_version(
    ckp: Ckp, needs_gadget: str, add_component: AddComponent
) -> None:
    lock = locked(ckp, needs_gadget, "--deps.part=gadget@1")
    part = lock["resolved"]["part"]
    assert part["package"]["cid"] == "package:gadget-1"
    assert part["package"]["recipe"].startswith("sha256:")
    assert part["digest"] == "sha256:" + "5" * 64
    assert ckp("uninstall", "package:gadget-1").returncode == 0
    assert taken(ckp, needs_gadget, "part") == "2"
    assert taken(ckp, needs_gadget, "part", "--locked") == "1"
    assert ckp("uninstall", "package:gadget-1").returncode == 0
    assert ckp("run", needs_gadget, *ONCE, "--locked", "--no-install").returncode == 5
    add_component("package", "gadget-1", gadget("1", priority=3))
    done = ckp("run", needs_gadget, *ONCE, "--locked")
    assert done.returncode == 5
    assert "has changed since" in done.stderr


def test_the_target_is_part_of_it(ckp: Ckp, needs_widget: str, widgets: Path, here: Path) -> None:
    make_widget(widgets, "1")
    locked(ckp, needs_widget)
    change(here / "shows.lock.json", "target", value="linux-riscv64")
    done = ckp("compile", needs_widget, "--locked", "--target=linux-arm64")
    assert done.returncode == 2
    assert "--target=linux-riscv64" in done.stderr


def test_the_lock_of_another_program_is_refused(
    ckp: Ckp, needs_widget: str, widgets: Path, add_component: AddComponent
) -> None:
    make_widget(widgets, "1")
    locked(ckp, needs_widget)
    other = {**NEEDS_WIDGET, "backup_data_uid": "fedcba9876543210"}
    add_component("program", "other", other)
    done = ckp("run", "program:other", *ONCE, "--lock-file=shows.lock.json")
    assert done.returncode == 2
    assert "program:shows" in done.stderr


def test_there_is_no_lock_file(ckp: Ckp, needs_widget: str) -> None:
    done = ckp("run", needs_widget, *ONCE, "--locked")
    assert done.returncode == 2
    assert "ckp lock program:" in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        "\0",
        "[" * 100_000,
        '{"schema": 2}',
        '{"schema": 1e400}',
        '{"schema": 1, "program": 3}',
        '{"schema": 1, "program": {"cid": "program:shows"}, "target": "mars"}',
        '{"schema": 1, "program": {"cid": "program:shows"}, "target": "linux-x86_64",'
        ' "resolved": {"tool": {"product": ["x"]}}}',
        '{"schema": 1, "program": {"cid": "program:shows"}, "target": "linux-x86_64",'
        ' "resolved": {"tool": {}}}',
        '{"schema": 1, "program": {"cid": "program:shows"}, "target": "linux-x86_64",'
        ' "resolved": {"tool": {"product": "a", "version": "1", "made_with": {"c": {}}}}}',
    ],
)
def test_garbage_is_a_clear_error(
    ckp: Ckp, needs_widget: str, widgets: Path, here: Path, text: str
) -> None:
    make_widget(widgets, "1")
    (here / "shows.lock.json").write_text(text)
    done = ckp("run", needs_widget, *ONCE, "--locked")
    assert done.returncode in {2, 4}, done.stderr
    assert "ckp lock program:" in done.stderr or "mars" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_pipe_or_a_directory_stops_nothing(ckp: Ckp, needs_widget: str, here: Path) -> None:
    os.mkfifo(here / "pipe")
    for name in ("pipe", "."):
        done = ckp("run", needs_widget, *ONCE, f"--lock-file={name}", timeout=60)
        assert done.returncode == 2, done.stderr


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")
def test_a_real_compiler_is_held(ckp: Ckp, here: Path) -> None:
    lock = locked(ckp, "program:sort", "--compiler=gcc")
    version = lock["resolved"]["compiler"]["version"]
    assert taken(ckp, "program:sort", "compiler", "--locked") == version
    forged = "sha256:" + "0" * 64
    change(here / "sort.lock.json", "resolved", "compiler", "digest", value=forged)
    done = ckp("compile", "program:sort", "--locked")
    assert done.returncode == 5
    assert f"locked gcc@{version}" in done.stderr
    assert "locked is sha256:0000" in done.stderr


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["cid", "uid", "product", "package", "made_with"]), inner)
    ),
    max_leaves=8,
)
LOCKS = st.fixed_dictionaries(
    {"schema": st.just(1) | JSON},
    optional=dict.fromkeys(("program", "dataset", "target", "resolved"), JSON),
)


@given(LOCKS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_it_holds_only_our_errors_come(values: dict[str, Any]) -> None:
    try:
        lock = parse_lock(Meta(values, "x.lock.json"), "x.lock.json")
    except CkpError:
        return
    assert parse_lock(Meta(lock.as_json(), "x"), "x") == lock


@pytest.mark.skipif(shutil.which("git") is None, reason="needs a real git")
def test_the_commit_of_the_program_is_told(
    ckp: Ckp, needs_widget: str, widgets: Path, ckp_home: Path
) -> None:
    make_widget(widgets, "1")
    repository = ckp_home / "repos" / "local"

    def git(*words: str) -> str:
        own = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "gc.auto=0"]
        line = ["git", "-C", str(repository), *own, *words]
        return subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()

    git("init", "-q")
    git("add", "program")
    git("commit", "-q", "-m", "one")
    commit = git("rev-parse", "HEAD")
    assert locked(ckp, needs_widget)["program"]["commit"] == commit
    assert "warning" not in ckp("run", needs_widget, *ONCE, "--locked").stderr
    git("commit", "-q", "--allow-empty", "-m", "two")
    done = ckp("run", needs_widget, *ONCE, "--locked")
    assert done.returncode == 0
    assert f"was locked from local at {commit[:12]}" in done.stderr
