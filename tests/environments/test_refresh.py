"""ckp refresh env: everything that is registered is looked at again."""

from __future__ import annotations

import json
from pathlib import Path

from ck_core.testing.fixtures import AddComponent, Ckp
from environments.environment_kit import gadget, make_widget

SOFT = {
    "product": "gadget",
    "tags": ["gadget", "old"],
    "detect": {"files": "gadget.txt"},
    "env": {"OLD": "$#full_path#$"},
}
NEW = {**SOFT, "tags": ["gadget", "new"], "env": {"NEW": "$#full_path#$"}}


def states(ckp: Ckp) -> dict[str, str]:
    found = json.loads(ckp("show", "env", "--json").stdout)
    return {one["version"]: one["state"] for one in found}


def test_gone_is_dropped_changed_is_renewed(ckp: Ckp, widgets: Path) -> None:
    for version in ("1", "2", "3"):
        make_widget(widgets, version)
    ckp("detect", "soft", "--tags=widget")
    (widgets / "widget-1").unlink()
    make_widget(widgets, "2", "another text")
    done = ckp("refresh", "env")
    assert done.returncode == 0, done.stderr
    words = [line.split()[:2] for line in done.stdout.splitlines()]
    assert words == [["dropped", "widget@1"], ["renewed", "widget@2"], ["kept", "widget@3"]]
    assert states(ckp) == {"2": "ok", "3": "ok"}


def test_what_nobody_recognises_any_more_is_dropped(ckp: Ckp, widgets: Path) -> None:
    make_widget(widgets, "1")
    ckp("detect", "soft", "--tags=widget")
    make_widget(widgets, "1", "changed")
    done = ckp("refresh", "env", WIDGET_DIRECTORIES="/nowhere")
    assert "no longer recognised" in done.stdout
    assert states(ckp) == {}


def test_an_installed_directory_that_went_is_dropped(ckp: Ckp, needs_gadget: str) -> None:
    installed = json.loads(ckp("install", "package:gadget-1", "--json").stdout)
    assert "kept" in ckp("refresh", "env").stdout
    for path in (Path(installed["path"]), Path(installed["directory"]) / "ckp-install.json"):
        path.unlink()
    assert "is gone" in ckp("refresh", "env").stdout
    assert ckp("run", needs_gadget, "--deps.part=gadget@1", "--repeat=1").returncode == 0


def test_a_damaged_entry_goes(ckp: Ckp, add_component: AddComponent) -> None:
    path = add_component("env", "00000000000000ff", '{"env": 3}')
    done = ckp("refresh", "env")
    assert done.returncode == 0
    assert str(path) in done.stderr
    assert not path.exists()


def test_nothing_is_registered(ckp: Ckp) -> None:
    assert ckp("refresh", "env").stdout == "nothing is registered\n"
    assert ckp("refresh", "env:0123456789abcdef").returncode == 2


def environment(ckp: Ckp) -> dict[str, str]:
    """Of the only gadget that is registered; it must be as it was registered."""
    (one,) = json.loads(ckp("show", "env", "--tags=gadget", "--json").stdout)
    assert one["state"] == "ok"
    return {**one["environment"], "tags": ",".join(one["tags"])}


def test_what_is_installed_is_described_by_a_soft_that_changed(
    ckp: Ckp, add_component: AddComponent
) -> None:
    add_component("soft", "gadget", SOFT)
    package = gadget("", tags=["gadget", "lib"], soft_uoa="gadget")
    add_component("package", "gadget", package, {"src/gadget.txt": "x"})
    installed = json.loads(ckp("install", "package:gadget", "--json").stdout)
    assert installed["environment"] == {"OLD": installed["path"]}
    assert ckp("refresh", "env").stdout.startswith("kept")
    add_component("soft", "gadget", NEW)
    assert ckp("refresh", "env").stdout.startswith("renewed")
    now = {"NEW": installed["path"], "tags": "gadget,lib,new"}
    assert environment(ckp) == now
    assert ckp("refresh", "env").stdout.startswith("kept")
    ckp("rm", f"env:{installed['uid']}")
    again = json.loads(ckp("install", "package:gadget", "--json").stdout)
    assert environment(ckp) == now
    assert (again["digest"], again["package"]) == (installed["digest"], installed["package"])


def test_what_was_found_is_described_by_a_soft_that_changed(
    ckp: Ckp, add_component: AddComponent, tmp_path: Path
) -> None:
    (tmp_path / "gadget.txt").write_text("x")
    add_component("soft", "gadget", SOFT)
    ckp("detect", "soft:gadget", CKP_SOFT_DIRS=str(tmp_path))
    assert environment(ckp)["OLD"] == str(tmp_path / "gadget.txt")
    add_component("soft", "gadget", NEW)
    done = ckp("refresh", "env", CKP_SOFT_DIRS=str(tmp_path))
    assert done.stdout.startswith("renewed")
    assert environment(ckp) == {"NEW": str(tmp_path / "gadget.txt"), "tags": "gadget,new"}
