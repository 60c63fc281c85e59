"""Packages, caches and marks that do what no honest one does."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ck_core.errors import BadComponentError, InstallError
from ck_core.system.locks import wait_until_idle
from ck_core.testing.fixtures import AddComponent, Ckp
from packages.kit import install, meta, registered, tarball


def add_script(add_component: AddComponent, script: str, **more: Any) -> None:
    recipe = {"source": {"files": ""}, "build": {"with": "script", "script": "i.sh"}}
    add_component("package", "thing", meta(recipe, **more), {"i.sh": script})


def _replace_by_directory(file: Path) -> None:
    file.mkdir()
    (file / "x").touch()


@pytest.mark.parametrize(
    "spoil",
    [_replace_by_directory, os.mkfifo, lambda file: file.symlink_to(file)],
    ids=["directory", "pipe", "loop"],
)
def test_what_is_no_file_in_the_cache_is_fetched_anew(
    ckp_home: Path, tmp_path: Path, add_component: AddComponent, spoil: Callable[[Path], None]
) -> None:
    digest = tarball(tmp_path / "thing.tar.gz", {"a": "1"})
    file = ckp_home / "cache" / "downloads" / digest / "content"
    file.parent.mkdir(parents=True)
    spoil(file)
    archive = [str(tmp_path / "thing.tar.gz")]
    add_component("package", "thing", meta({"source": {"archive": archive, "sha256": digest}}))
    assert (install().path / "a").read_text() == "1"


@pytest.mark.parametrize("end", ["", "exit 1"])
def test_a_directory_made_a_link_is_neither_emptied_nor_registered(
    tmp_path: Path, add_component: AddComponent, end: str
) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").touch()
    script = f'rm -rf "$INSTALL_DIR"; ln -s {precious} "$INSTALL_DIR"; {end}'
    add_script(add_component, script)
    with pytest.raises(InstallError, match="exited with 1" if end else "has taken"):
        install()
    assert [path.name for path in precious.iterdir()] == ["file"]
    assert not registered()
    with pytest.raises(InstallError, match="is a link") as caught:
        install()
    assert "rm " in caught.value.hint
    assert [path.name for path in precious.iterdir()] == ["file"]


def test_a_build_that_removes_its_directory_is_at_fault(add_component: AddComponent) -> None:
    add_script(add_component, 'rm -rf "$INSTALL_DIR"')
    with pytest.raises(InstallError, match="put nothing into") as caught:
        install()
    assert "meta.json" in caught.value.hint
    assert not registered()


def test_a_server_that_a_build_leaves_behind_is_not_waited_for(
    add_component: AddComponent,
) -> None:
    add_script(add_component, 'sleep 30.5 & touch "$INSTALL_DIR/a"')
    begin = time.monotonic()
    install()
    assert time.monotonic() - begin < 15


def test_a_mark_of_another_place_completes_nothing(
    ckp: Ckp, ckp_home: Path, tmp_path: Path, add_component: AddComponent
) -> None:
    """Nor does it in a copy of a home: its things would be the old home's."""
    add_script(add_component, 'touch "$INSTALL_DIR/a"')
    assert ckp("install", "package:thing").returncode == 0
    copy = tmp_path / "copy"
    shutil.copytree(ckp_home, copy)
    shutil.rmtree(copy / "repos" / "local" / "env")
    done = ckp("install", "package:thing", "--json", CKP_HOME=str(copy))
    assert done.returncode == 0, done.stderr
    assert "installing" in done.stderr
    assert str(copy) in done.stdout
    assert f'"{ckp_home}' not in done.stdout


def test_nobody_waits_for_the_writer_of_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "busy")
    wait_until_idle(tmp_path / "busy")


@pytest.mark.parametrize("text", ["a==\n--pre", "a\n==1", "a==1,\n<2", "a==1;\nb"])
def test_a_requirement_is_one_line(add_component: AddComponent, text: str, ckp: Ckp) -> None:
    add_component("package", "thing", meta({"python": {"requirements": [text]}}))
    done = ckp("install", "package:thing")
    assert done.returncode == BadComponentError.exit_code, done.stderr
    assert "recipe.python.requirements" in done.stderr


def test_a_version_of_very_many_numbers_makes_few_tags(add_component: AddComponent) -> None:
    add_script(add_component, 'touch "$INSTALL_DIR/a"', version=".".join(["1"] * 5000))
    assert len(install().tags) < 50


def test_directions_are_shown_and_not_followed(ckp: Ckp, add_component: AddComponent) -> None:
    add_script(add_component, 'touch "$INSTALL_DIR/a"', product="a\u202egnp.exe\u2066")
    done = ckp("install", "package:thing")
    shown = ckp("show", "env").stdout
    assert "a\\u202egnp.exe\\u2066" in done.stderr
    assert "a\\u202egnp.exe\\u2066" in shown
    assert "\u202e" not in done.stderr + shown


def test_a_command_to_copy_holds_no_other_command(ckp: Ckp, add_component: AddComponent) -> None:
    needs = {"part": {"tags": "x; touch evil"}}
    command = {"default": {"run_time": {"run_cmd_main": "/bin/true"}}}
    add_component("program", "it", {"run_deps": needs, "run_cmds": command})
    done = ckp("run", "program:it")
    assert done.returncode == 5
    assert "--tags='x; touch evil' shows" in done.stderr
