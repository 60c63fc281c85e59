"""ckp install, ckp uninstall, ckp rm env: what comes and goes with what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from environments.environment_kit import ONCE, gadget, make_widget


def install(ckp: Ckp, *arguments: str) -> Any:
    done = ckp("install", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def entries(ckp: Ckp) -> dict[str, Any]:
    found = json.loads(ckp("show", "env", "--json").stdout)
    return {f"{one['product']}@{one['version']}": one for one in found}


def test_a_package_by_name(ckp: Ckp, needs_gadget: str, ckp_home: Path) -> None:
    installed = install(ckp, "package:gadget-1")
    assert (installed["version"], installed["package_alias"]) == ("1", "gadget-1")
    assert Path(installed["path"]).read_text() == "1"
    assert Path(installed["directory"]).parent == ckp_home / "tools"
    again = ckp("install", "package:gadget-1")
    assert again.returncode == 0
    assert "installing" not in again.stderr


def test_the_best_package_with_tags(ckp: Ckp, needs_gadget: str) -> None:
    assert install(ckp, "package", "--tags=gadget,lib")["version"] == "2"
    assert install(ckp, "package", "--tags=gadget,v1")["version"] == "1"


def test_what_is_found_does_not_count(ckp: Ckp, widgets: Path, add_component: AddComponent) -> None:
    """A package of widgets is installed although a widget is here."""
    make_widget(widgets, "1")
    package = gadget("1", tags=["widget"], product="gadget")
    add_component("package", "widget-1", package, {"src/readme": "x"})
    ckp("detect", "soft", "--tags=widget")
    assert install(ckp, "package:widget-1")["product"] == "gadget"


def test_a_dependency_of_a_package_is_chosen(
    ckp: Ckp, widgets: Path, add_component: AddComponent
) -> None:
    for version in ("1", "2"):
        make_widget(widgets, version)
    package = gadget("1", deps={"tool": {"tags": "widget"}})
    add_component("package", "made", package, {"src/readme": "x"})
    newest = install(ckp, "package:made")
    chosen = install(ckp, "package:made", "--deps.tool=widget@1")
    known = {one["uid"]: name for name, one in entries(ckp).items()}
    assert known[newest["dependencies"]["tool"]] == "widget@2"
    assert known[chosen["dependencies"]["tool"]] == "widget@1"
    assert newest["directory"] != chosen["directory"]
    detail = ckp("show", f"env:{chosen['uid']}").stdout
    assert "tool widget@1" in detail
    wrong = ckp("install", "package:made", "--deps.tol=widget")
    assert wrong.returncode == 2
    assert "the names are tool" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("package:nothing",), 3),
        (("package",), 2),
        (("package", "--tags=nothing-has-this"), 3),
        (("soft:gadget",), 2),
        (("package:gadget-1", "--target=mars"), 2),
    ],
)
def test_what_cannot_be_installed(
    ckp: Ckp, needs_gadget: str, arguments: tuple[str, ...], status: int
) -> None:
    done = ckp("install", *arguments)
    assert done.returncode == status, done.stderr
    assert "->" in done.stderr


def test_a_package_of_scripts_is_refused_by_name(ckp: Ckp, add_component: AddComponent) -> None:
    add_component("package", "old", {"tags": ["old"], "process_script": "install"})
    done = ckp("install", "package:old")
    assert done.returncode == 6
    assert "'install'" in done.stderr
    assert "'recipe'" in done.stderr


@pytest.mark.parametrize("how", ["env:{uid}", "package:gadget-1", "env:{uid} --tags=gadget"])
def test_directory_and_entry_go(ckp: Ckp, needs_gadget: str, how: str) -> None:
    installed = install(ckp, "package:gadget-1")
    kept = install(ckp, "package:gadget-2")
    done = ckp("uninstall", *how.format(uid=installed["uid"]).split())
    assert done.returncode == 0, done.stderr
    assert not Path(installed["directory"]).exists()
    assert Path(kept["directory"]).is_dir()
    assert set(entries(ckp)) == {"gadget@2"}


def test_several_need_a_word(ckp: Ckp, needs_gadget: str, ckp_home: Path) -> None:
    install(ckp, "package:gadget-1")
    install(ckp, "package:gadget-2")
    ask = ("uninstall", "env", "--tags=gadget")
    done = ckp(*ask)
    assert done.returncode == 2
    assert "--all" in done.stderr
    assert set(entries(ckp)) == {"gadget@1", "gadget@2"}
    assert ckp(*ask, "--all").returncode == 0
    assert list((ckp_home / "tools").iterdir()) == []


def test_what_was_found_is_never_removed(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    file = make_widget(widgets, "1")
    ckp("detect", "soft", "--tags=widget")
    uid = entries(ckp)["widget@1"]["uid"]
    done = ckp("uninstall", f"env:{uid}")
    assert done.returncode == 2
    assert f"ckp rm env:{uid}" in done.stderr
    assert file.is_file()
    assert ckp("rm", f"env:{uid}").returncode == 0
    assert file.is_file()
    assert entries(ckp) == {}


def test_an_entry_that_lies_removes_nothing_elsewhere(
    ckp: Ckp, needs_gadget: str, ckp_home: Path, tmp_path: Path
) -> None:
    installed = install(ckp, "package:gadget-1")
    precious = tmp_path / "precious"
    precious.mkdir()
    (ckp_home / "tools" / "link").symlink_to(precious)
    meta = ckp_home / "repos" / "local" / "env" / installed["uid"] / ".cm" / "meta.json"
    for place in (precious, f"{installed['directory']}/../..", ckp_home / "tools" / "link", "/"):
        values = {**json.loads(meta.read_text()), "install_location": str(place)}
        meta.write_text(json.dumps(values))
        done = ckp("uninstall", f"env:{installed['uid']}")
        assert done.returncode == 2, done.stderr
    assert precious.is_dir()
    assert (ckp_home / "repos").is_dir()


def test_forgotten_files_can_still_be_removed(ckp: Ckp, needs_gadget: str) -> None:
    installed = install(ckp, "package:gadget-1")
    done = ckp("rm", f"env:{installed['uid']}")
    assert installed["directory"] in done.stderr
    assert f"ckp uninstall env:{installed['uid']}" in done.stderr
    assert Path(installed["directory"]).is_dir()
    assert ckp("uninstall", f"env:{installed['uid']}").returncode == 0
    assert not Path(installed["directory"]).exists()


def test_who_was_made_with_it_is_named(
    ckp: Ckp, needs_gadget: str, add_component: AddComponent
) -> None:
    package = gadget("7", deps={"part": {"tags": "gadget", "version_to": "1"}}, tags=["upper"])
    add_component("package", "upper", package, {"src/readme": "x"})
    part = install(ckp, "package:gadget-1")
    upper = install(ckp, "package:upper", f"--deps.part={part['uid']}")
    assert upper["dependencies"] == {"part": part["uid"]}
    done = ckp("uninstall", "package:gadget-1")
    assert done.returncode == 0
    assert "gadget@7 was made with gadget@1" in done.stderr
    assert "that is gone" in ckp("show", f"env:{upper['uid']}").stdout


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(("env",), 2), (("package",), 2), (("soft:x",), 2), (("env:0123456789abcdef",), 3)],
)
def test_nothing_is_meant(
    ckp: Ckp, needs_gadget: str, arguments: tuple[str, ...], status: int
) -> None:
    assert ckp("uninstall", *arguments).returncode == status


def test_what_is_uninstalled_is_installed_again_when_needed(ckp: Ckp, needs_gadget: str) -> None:
    for _ in range(2):
        assert ckp("run", needs_gadget, *ONCE).returncode == 0
        assert ckp("uninstall", "env", "--tags=gadget").returncode == 0


def test_between_unlike_packages_the_user_chooses(ckp: Ckp, needs_gadget: str) -> None:
    refused = ckp("install", "package", "--tags=lib")
    assert refused.returncode == 2
    assert "things have the tags lib: " in refused.stderr
    assert "gadget" in refused.stderr
    assert "zlib" in refused.stderr
    assert "installed Gadget 2" in ckp("install", "package", "--tags=gadget").stderr


def test_a_run_tells_what_was_used(ckp: Ckp, needs_gadget: str) -> None:
    rows = ckp("run", needs_gadget, "--repeat=1", "--warmup=0").stdout.splitlines()
    (part,) = [row for row in rows if row.startswith("part ")]
    assert "Gadget 2" in part
