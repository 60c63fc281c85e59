"""Dependencies that the user names: --deps, --dep-tags, --compiler, --no-install."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ck_core.testing.fixtures import Ckp
from environments.environment_kit import ONCE, make_widget

CROSS = shutil.which("aarch64-linux-gnu-gcc")


def run(ckp: Ckp, *arguments: str) -> Any:
    done = ckp("run", *arguments, *ONCE)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["resolved"]


@pytest.fixture
def one_widget(needs_widget: str, widgets: Path) -> str:
    make_widget(widgets, "1")
    return needs_widget


@pytest.mark.parametrize("wish", ["widget@1", "widget@1.0", "WIDGET@1.0", "@1"])
def test_a_product_and_a_version(ckp: Ckp, needs_widget: str, widgets: Path, wish: str) -> None:
    for version in ("1.0", "2.0"):
        make_widget(widgets, version)
    assert run(ckp, needs_widget, f"--deps.tool={wish}")["tool"]["version"] == "1.0"


def test_a_uid(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    for version in ("1", "2"):
        make_widget(widgets, version)
    ckp("detect", "soft", "--tags=widget")
    uids = {one["version"]: one["uid"] for one in json.loads(ckp("show", "env", "--json").stdout)}
    for version, uid in uids.items():
        assert run(ckp, needs_widget, f"--deps.tool={uid}")["tool"]["version"] == version


def test_a_uid_of_what_is_gone(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    file = make_widget(widgets, "1")
    ckp("detect", "soft", "--tags=widget")
    (one,) = json.loads(ckp("show", "env", "--json").stdout)
    file.unlink()
    done = ckp("run", needs_widget, f"--deps.tool={one['uid']}")
    assert done.returncode == 5
    assert "gone" in done.stderr
    assert "ckp refresh env" in done.stderr


@pytest.mark.parametrize(
    ("option", "status", "says"),
    [
        ("--deps.tol=widget", 2, "the names are tool"),
        ("--dep-tags.tol=a", 2, "the names are tool"),
        ("--compiler=gcc", 2, "the names are tool"),
        ("--deps.tool=widget@9", 5, "version 9"),
        ("--deps.tool=0123456789abcdef", 5, "ckp show env"),
        ("--dep-tags.tool=golden", 5, "golden"),
        ("--dep_add_tags.tool=-tool", 5, "not tool"),
        ("--deps=widget", 2, "--deps.compiler=gcc@12"),
        ("--target=linux-arm46", 2, "did you mean linux-arm64"),
        ("--spedd", 2, "--speed"),
    ],
)
def test_what_cannot_be_met(ckp: Ckp, one_widget: str, option: str, status: int, says: str) -> None:
    done = ckp("run", one_widget, option)
    assert done.returncode == status, done.stderr
    assert says in done.stderr


def test_one_dependency_is_one_thing(ckp: Ckp) -> None:
    done = ckp("compile", "program:sort", "--compiler=gcc", "--deps.compiler=clang")
    assert done.returncode == 2
    assert "both" in done.stderr


def test_tags_choose_too(ckp: Ckp, needs_widget: str, widgets: Path) -> None:
    make_widget(widgets, "1")
    assert run(ckp, needs_widget, "--dep_add_tags.tool=tool,-golden")["tool"]["version"] == "1"


def test_nothing_is_installed_where_that_is_forbidden(
    ckp: Ckp, needs_gadget: str, ckp_home: Path
) -> None:
    done = ckp("run", needs_gadget, "--no-install")
    assert done.returncode == 5
    assert not (ckp_home / "tools").exists()
    assert run(ckp, needs_gadget)["part"]["version"] == "2"
    assert run(ckp, needs_gadget, "--no-install")["part"]["version"] == "2"


@pytest.mark.skipif(CROSS is None, reason="needs a real aarch64-linux-gnu-gcc")
def test_a_real_cross_compiler_is_taken_for_the_target(cross_gcc_only: None, ckp: Ckp) -> None:
    done = ckp("compile", "program:sort", "--target=linux-arm64", "--compiler=gcc", "--json")
    assert done.returncode == 0, done.stderr
    compiler = json.loads(done.stdout)["resolved"]["compiler"]
    assert compiler["target"].startswith("aarch64")


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")
@pytest.mark.parametrize("option", ["--deps.compiler=gcc", "--compiler=gcc"])
def test_a_real_compiler_by_either_name(ckp: Ckp, option: str) -> None:
    done = ckp("compile", "program:sort", option, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["resolved"]["compiler"]["product"] == "gcc"
