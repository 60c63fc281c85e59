"""ckp refresh env: everything that is registered is looked at again."""

from __future__ import annotations

import json
from pathlib import Path

from ck_core.testing.fixtures import AddComponent, Ckp
from environments.environment_kit import make_widget


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
    words = {line.split()[1]: line.split()[0] for line in done.stdout.splitlines()}
    assert words == {"widget@1": "dropped", "widget@2": "renewed", "widget@3": "kept"}
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
