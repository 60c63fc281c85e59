"""Plugins whose answers are not what the hooks' specifications say."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from component_kit import HELLO, program_meta
from plugins.fake_distribution import install_fake

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs a real gcc on PATH")

PLUGIN = """
import subprocess
from pathlib import Path
from ck_core import hookimpl
from ck_core.domain.build import BuildResult
from ck_core.domain.installation import Installation

@hookimpl
def detect(requirement, platform):
    tags = frozenset({"compiler", "lang-c", "mycc"})
    return %s

@hookimpl
def build(request):
    if request.compiler.plugin != "mycc":
        return None
    artifact = request.directory / "a.out"
    sources = [str(request.source_root / one) for one in request.sources]
    subprocess.run(["gcc", *sources, "-o", str(artifact)], check=True)
    return %s
"""
GOOD = "[Installation(name='My', product='mycc', version='1', path=Path('/bin/sh'), tags=tags)]"
BUILT = "BuildResult(artifact=artifact, size_bytes=artifact.stat().st_size)"
DETECTS = {
    "tags are a list": GOOD.replace("tags=tags", "tags=[*tags]"),
    "path is a text": GOOD.replace("Path('/bin/sh')", "'/bin/sh'"),
    "texts": "['mycc']",
    "no sequence": "7",
}
BUILDS = {
    "a path": "artifact",
    "outside": "BuildResult(artifact=Path('/bin/sh'))",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.mark.parametrize("kind", DETECTS)
def test_a_wrong_detection_stops_nobody_else(
    ckp: Ckp, add_component: AddComponent, site: Path, kind: str
) -> None:
    install_fake(site, "mycc", PLUGIN % (DETECTS[kind], BUILT))
    add_component("program", "it", program_meta(), {"main.c": HELLO})
    done = ckp("run", "program:it", "--repeat=1", "--json", PYTHONPATH=str(site))
    assert done.returncode == 0, done.stderr
    assert "plugin mycc (mycc 1.0) failed in detect: TypeError" in done.stderr


@pytest.mark.parametrize("kind", BUILDS)
def test_a_wrong_build_is_told_as_the_plugins_fault(
    ckp: Ckp, add_component: AddComponent, site: Path, kind: str
) -> None:
    install_fake(site, "mycc", PLUGIN % (GOOD, BUILDS[kind]))
    add_component("program", "it", program_meta(), {"main.c": HELLO})
    done = ckp("run", "program:it", "--compiler=mycc", "--repeat=1", PYTHONPATH=str(site))
    assert done.returncode == 11, done.stderr
    assert "Traceback" not in done.stderr


def test_another_release_of_a_plugin_builds_anew(
    ckp: Ckp, add_component: AddComponent, site: Path
) -> None:
    add_component("program", "it", program_meta(), {"main.c": HELLO})
    run = ("run", "program:it", "--compiler=mycc", "--repeat=1", "--json")
    cached = []
    for version in ("1.0", "1.0", "2.0"):
        for old in site.glob("*.dist-info"):
            shutil.rmtree(old)
        install_fake(site, "mycc", PLUGIN % (GOOD, BUILT), version=version)
        done = ckp(*run, PYTHONPATH=str(site))
        assert done.returncode == 0, done.stderr
        cached.append(json.loads(done.stdout)["build"]["cached"])
    assert cached == [False, True, False]
    assert ckp(*run).returncode == 5, "its plugin is gone"
