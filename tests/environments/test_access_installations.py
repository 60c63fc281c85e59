"""CK's ``access`` on env, soft and package, and locks from Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ck_core as ck
from environments.environment_kit import make_widget


@pytest.fixture(autouse=True)
def importable(widgets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plugins are found along ``sys.path`` of this process."""
    monkeypatch.syspath_prepend(str(tmp_path / "site"))


def done(**request: Any) -> dict[str, Any]:
    answer = ck.access(request)
    assert answer["return"] == 0, answer
    json.dumps(answer)
    return answer


def test_detect_show_virtual_refresh(widgets: Path) -> None:
    file = make_widget(widgets, "1")
    detected = done(action="detect", module_uoa="soft", tags="widget")
    uid = detected["env_data_uoa"]
    (entry,) = done(action="show", module_uoa="env", tags="widget")["lst"]
    assert (entry["data_uid"], entry["state"]) == (uid, "ok")
    assert entry["meta"]["customize"]["full_path"] == str(file)
    for how in ({"data_uoa": uid}, {"tags": "widget"}, {"tag_groups": "widget,~gadget"}):
        answer = done(action="virtual", module_uoa="env", **how)
        assert answer["env"] == {"WIDGET": str(file), "PATH": str(widgets)}
    file.unlink()
    assert [one["state"] for one in done(action="refresh", module_uoa="env")["lst"]] == ["gone"]
    assert done(action="show", module_uoa="env")["lst"] == []


def test_install_and_uninstall(needs_gadget: str) -> None:
    installed = done(action="install", module_uoa="package", data_uoa="gadget-1")
    (one,) = installed["installations"]
    assert one["uid"] == installed["env_data_uid"]
    removed = done(action="uninstall", module_uoa="env", data_uoa=one["uid"])["removed"]
    assert removed == [{"uid": one["uid"], "path": str(one["directory"]), "needed_by": []}]
    assert not Path(one["path"]).exists()


def test_run_with_dependencies_and_a_lock(needs_widget: str, widgets: Path, tmp_path: Path) -> None:
    for version in ("1", "2"):
        make_widget(widgets, version)
    program = {"cid": needs_widget, "repeat": 1}
    assert done(action="run", **program)["resolved"]["tool"]["version"] == "2"
    file = str(tmp_path / "shows.lock")
    lock = done(action="lock", **program, deps={"tool": "widget@1"}, output=file)["lock"]
    assert lock["resolved"]["tool"]["version"] == "1"
    assert json.loads(Path(file).read_text()) == lock
    again = done(action="run", **program, lock_file=file)["resolved"]["tool"]
    assert again["version"] == "1"
    for deps in ({"tool": {"uoa": again["uid"]}}, {"tool": again["uid"]}):
        assert done(action="run", **program, deps=deps)["resolved"]["tool"]["version"] == "1"
    answer = ck.access({"action": "run", **program, "dep_add_tags": {"tool": "golden"}})
    assert answer["return"] == 5


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"action": "virtual", "module_uoa": "env"}, 2),
        ({"action": "virtual", "module_uoa": "env", "tags": "nothing-has-this"}, 5),
        ({"action": "virtual", "cid": "env", "tags": "widget", "shell_cmd": "true"}, 2),
        ({"action": "install", "module_uoa": "package", "data_uoa": "nothing"}, 16),
        ({"action": "install", "module_uoa": "env"}, 2),
        ({"action": "uninstall", "module_uoa": "env"}, 2),
        ({"action": "show", "module_uoa": "env", "data_uoa": "0123456789abcdef"}, 16),
        ({"action": "detect", "module_uoa": "soft"}, 2),
        ({"action": "run", "cid": "program:shows", "deps": ["x"]}, 2),
        ({"action": "run", "cid": "program:shows", "deps": {"tol": "widget"}}, 2),
        ({"action": "run", "cid": "program:shows", "target": "mars"}, 2),
        ({"action": "run", "cid": "program:shows", "lock_file": "/nowhere/x"}, 2),
        ({"action": "refresh", "module_uoa": "program"}, 2),
    ],
)
def test_bad_input(needs_widget: str, request_: dict[str, Any], code: int) -> None:
    answer = ck.access(request_)
    assert answer["return"] == code, answer
    assert answer["error"]
