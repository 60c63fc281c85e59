"""CK 2.6.4 itself on installations that ckp registered."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ck_core.testing.fixtures import Ckp
from environments.environment_kit import make_widget
from store.test_original_ck import OriginalCk, ck, ck_executable

pytestmark = pytest.mark.slow
__all__ = ["ck", "ck_executable"]  # fixtures

# What CK's own repository ck-env says of operating systems, as far as module env reads it.
LINUX = {
    "ck_name": "linux",
    "bits": "64",
    "generic": "yes",
    "priority": "yes",
    "tags": ["os", "linux", "standard"],
    "env_set": "export",
    "env_call": ".",
    "script_ext": ".sh",
}


@pytest.fixture
def knowing(ck: OriginalCk, ckp: Ckp, ckp_home: Path) -> OriginalCk:
    """CK with ckp's local repository, and with entries of ck-env, which PyPI's CK lacks."""
    ckp("detect", "soft", "--tags=widget")
    ckp("detect", "soft", "--tags=gcc,compiler")
    ck("add", "repo:of-ckp", f"--path={ckp_home / 'repos' / 'local'}", "--quiet")
    ck.add("local:os:linux-64", LINUX)
    for name in ("linux-32", "windows-64"):
        ck.add(f"local:os:{name}", {**LINUX, "ck_name": "another"})
    ckp("cp", "soft:compiler.gcc", "local:soft:compiler.gcc")
    return ck


def test_ck_shows_what_ckp_registered(
    widgets: Path, request: pytest.FixtureRequest, ckp: Ckp
) -> None:
    for version in ("1.2", "1.10"):
        make_widget(widgets, version)
    knowing: OriginalCk = request.getfixturevalue("knowing")
    shown = knowing.ask("show", "env", "--tags=widget")
    versions = [(one["data_name"], one["version"], one["target_os_uoa"]) for one in shown["view"]]
    assert versions == [
        ("Widget 1.2", "1.2", "linux-64"),
        ("Widget 1.10", "1.10", "linux-64"),
    ]
    ours = json.loads(ckp("show", "env", "--tags=widget", "--json").stdout)
    assert {one["data_uid"] for one in shown["view"]} == {one["uid"] for one in ours}


def test_ck_opens_their_environment(
    widgets: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = widgets.parent / "a b $(touch x) 'c' \"d\""
    monkeypatch.setenv("WIDGET_DIRECTORIES", f"{widgets}:{odd}")
    files = {"1": make_widget(widgets, "1"), "2": make_widget(odd, "2")}
    knowing: OriginalCk = request.getfixturevalue("knowing")
    for one in knowing.ask("show", "env", "--tags=widget")["view"]:
        shell = "--shell_cmd=printenv WIDGET; printenv PATH; exit 7"
        done = knowing.run("virtual", f"env:{one['data_uid']}", shell)
        widget, path = done.stdout.splitlines()[:2]
        assert widget == str(files[one["version"]])
        assert path.startswith(f"{files[one['version']].parent}:")
        assert done.returncode == 7
    assert not (knowing.directory / "x").exists()


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")
def test_ck_compiles_with_a_compiler_that_ckp_found(widgets: Path, knowing: OriginalCk) -> None:
    found = knowing.ask("show", "env", "--tags=gcc,lang-c,target-arch-x86_64,target-os-linux")
    uid = found["view"][0]["data_uid"]
    (knowing.directory / "a.c").write_text("int main(void) { return 9; }\n")
    shell = f"--shell_cmd=$CK_CC $CK_OPT_SPEED {knowing.directory}/a.c -o {knowing.directory}/a"
    knowing.run("virtual", f"env:{uid}", f"{shell}; {knowing.directory}/a; echo gave $?")
    assert (knowing.directory / "a").is_file()
