"""A broken plugin is named with its error, and stops nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ck_core.testing.fixtures import Ckp
from plugins.fake_distribution import SOUND, install_fake

HEAD = "from ck_core import hookimpl\n@hookimpl\n"
BROKEN = {
    "import error": ("import no_such_module_at_all\n", "", "No module named"),
    "syntax error": ("def (\n", "", "SyntaxError"),
    "exit at import": ("raise SystemExit(3)\n", "", "SystemExit"),
    "wrong arguments": (HEAD + "def run(request, colour): ...\n", "", "colour"),
    "misspelt hook": (
        HEAD + "def postproces(request, result): ...\n",
        "",
        "did you mean 'postprocess'",
    ),
    "no hook": ("x = 1\n", "", "offers no hook"),
    "nothing there": ("x = 1\n", "nowhere_at_all", "No module named"),
    "no attribute": ("x = 1\n", "culprit:missing", "missing"),
    "malformed": ("x = 1\n", "a b c : : d", "cannot be imported"),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_plugin_is_named_and_stops_nothing(ckp: Ckp, site: Path, kind: str) -> None:
    source, value, words = BROKEN[kind]
    install_fake(site, "culprit", source, value=value)
    install_fake(site, "sound-pack", SOUND)
    path = {"PYTHONPATH": str(site)}
    listing = json.loads(ckp("plugins", "--json", **path).stdout)
    states = {one["name"]: one for one in listing}
    assert words in states["culprit"]["error"]
    assert states["sound-pack"]["error"] == ""
    assert states["sound-pack"]["hooks"] == ["postprocess"]
    checked = ckp("plugins", "--check", **path)
    assert (checked.returncode, "culprit" in checked.stderr) == (11, True)
    for harmless in ("--version", "--help"):
        assert ckp(harmless, **path).returncode == 0
    assert ckp("plugins", "--check", CKP_DISABLED_PLUGINS="culprit", **path).returncode == 0


@pytest.mark.own_start
@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")
def test_a_run_goes_on_with_a_broken_plugin(ckp: Ckp, site: Path) -> None:
    install_fake(site, "culprit", "import no_such_module_at_all\n")
    install_fake(site, "raising", HEAD + "def postprocess(request, result): 1 / 0\n")
    install_fake(site, "sound-pack", SOUND)
    done = ckp("run", "program:sort", "--repeat=1", "--json", PYTHONPATH=str(site))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["correct"] is True
    assert answer["metrics"]["sound"]["value"] == 1.0
    assert "plugin culprit (culprit 1.0) is broken" in done.stderr
    assert "plugin raising (raising 1.0) failed in postprocess: ZeroDivisionError" in done.stderr


@pytest.mark.own_start
def test_two_plugins_of_one_name(ckp: Ckp, site: Path) -> None:
    install_fake(site, "first-pack", SOUND, plugin="twin")
    install_fake(site, "second-pack", SOUND, plugin="twin")
    listing = json.loads(ckp("plugins", "--json", PYTHONPATH=str(site)).stdout)
    twins = {one["distribution"]: one["error"] for one in listing if one["name"] == "twin"}
    assert twins["first-pack"] == ""
    assert "taken by first-pack" in twins["second-pack"]
    chosen = {"PYTHONPATH": str(site), "CKP_DISABLED_PLUGINS": "first-pack"}
    assert ckp("plugins", "--check", **chosen).returncode == 0


@pytest.mark.own_start
def test_what_a_plugin_prints_at_import_stays_off_stdout(ckp: Ckp, site: Path) -> None:
    install_fake(site, "chatty", "print('hello')\n" + SOUND)
    done = ckp("plugins", "--json", PYTHONPATH=str(site))
    json.loads(done.stdout)
    assert "hello" in done.stderr


def test_trace_shows_calls(ckp: Ckp) -> None:
    done = ckp("detect", "soft", "--tags=compiler", CKP_TRACE_PLUGINS="1")
    assert "ckp trace: detect(" in done.stderr


def test_repositories_of_packages_are_checked_too(ckp: Ckp, site: Path) -> None:
    information = install_fake(site, "pack", SOUND)
    (information / "entry_points.txt").write_text(
        "[ckp.repos]\nthere = pack_data.repo\nnot-there = nowhere.repo\n"
    )
    (site / "pack_data/repo/dataset/d/.cm").mkdir(parents=True)
    (site / "pack_data/repo/dataset/d/.cm/meta.json").write_text("{}")
    listing = json.loads(ckp("plugins", "--json", PYTHONPATH=str(site)).stdout)
    states = {one["name"]: one for one in listing}
    assert states["there"]["repository"] == str(site / "pack_data/repo")
    assert "no folder nowhere.repo" in states["not-there"]["error"]
    assert ckp("plugins", "--check", PYTHONPATH=str(site)).returncode == 11
    assert ckp("find", "there:dataset:d", PYTHONPATH=str(site)).returncode == 0
