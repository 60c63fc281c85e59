"""Packages of npm's registry, by a stand-in for npm; the real one where it is here."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

from ck_core.errors import InstallError
from ck_core.testing.fixtures import AddComponent
from packages.kit import install, meta

FAKE = """\
#!/bin/sh
echo "$@" > "$HOME/asked"
env > "$HOME/variables"
%s
"""


def tarball(text: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/index.js")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text.encode()))
    return stream.getvalue()


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stand-in; what it was asked and its variables are beside it."""
    place = tmp_path / "npm home"
    place.mkdir()
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    (place / "it.tgz").write_bytes(tarball("hello"))
    file = place / "npm"
    file.write_text(FAKE % 'cp "$HOME/it.tgz" scope-it-1.2.3.tgz')
    file.chmod(0o755)
    return place


def add(add_component: AddComponent, npm: Path, **source: str) -> None:
    digest = sha256((npm / "it.tgz").read_bytes()).hexdigest()
    recipe = {"source": {"npm": "@scope/it@1.2.3", "sha256": digest, **source}}
    add_component("package", "it", meta(recipe))


def test_its_tarball_is_unpacked(add_component: AddComponent, npm: Path, ckp_home: Path) -> None:
    add(add_component, npm)
    found = install("it")
    assert found.directory is not None
    assert (found.directory / "index.js").read_text() == "hello"
    assert found.origin == "npm @scope/it@1.2.3"
    digest = sha256((npm / "it.tgz").read_bytes()).hexdigest()
    assert found.digest == f"sha256:{digest}"
    asked = (npm / "asked").read_text().split()
    assert asked == ["pack", "--silent", "--ignore-scripts", "--prefer-offline", "@scope/it@1.2.3"]
    assert not [one for one in found.directory.iterdir() if one.name not in MINE]


MINE = {"index.js", "ckp-install.json"}


def test_another_content_is_refused(add_component: AddComponent, npm: Path, ckp_home: Path) -> None:
    add(add_component, npm)
    (npm / "it.tgz").write_bytes(tarball("other"))
    with pytest.raises(InstallError, match=r"cannot get scope-it-1\.2\.3\.tgz"):
        install("it")
    assert not list(ckp_home.glob("tools/*/index.js"))


def test_what_npm_says_is_told(add_component: AddComponent, npm: Path, ckp_home: Path) -> None:
    add(add_component, npm)
    (npm / "npm").write_text(FAKE % 'echo "npm error 404 @scope/it" >&2; exit 1')
    with pytest.raises(InstallError, match=r"cannot fetch @scope/it@1\.2\.3: npm exited") as caught:
        install("it")
    assert "404 @scope/it" in caught.value.details


def test_npm_that_brings_nothing(add_component: AddComponent, npm: Path, ckp_home: Path) -> None:
    add(add_component, npm)
    (npm / "npm").write_text(FAKE % "true")
    with pytest.raises(InstallError, match=r"cannot get nothing\.tgz"):
        install("it")


def test_no_npm_is_told(
    add_component: AddComponent, npm: Path, ckp_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(add_component, npm)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(InstallError, match="npm cannot be started") as raised:
        install("it")
    assert raised.value.hint.startswith("install npm; it must be on PATH")


def test_only_npms_variables_reach_it(
    add_component: AddComponent, npm: Path, ckp_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "https://npm.example")
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    add(add_component, npm)
    install("it")
    variables = (npm / "variables").read_text()
    assert "npm_config_registry=https://npm.example" in variables
    assert "SECRET_TOKEN" not in variables


def registry_answers() -> bool:
    if not shutil.which("npm"):
        return False
    command = ["npm", "view", "is-number@7.0.0", "version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    return done.stdout.strip() == "7.0.0"


@pytest.mark.slow
def test_the_real_one(add_component: AddComponent, ckp_home: Path) -> None:
    if not registry_answers():
        pytest.skip("there is no npm here, or its registry cannot be reached")
    digest = "7b75c1057198cf97696909a9bee176c9c5e9bcb5b03bf3ecef2f484defadd51e"
    add_component("package", "it", meta({"source": {"npm": "is-number@7.0.0", "sha256": digest}}))
    found = install("it")
    assert found.directory is not None
    assert "module.exports" in (found.directory / "index.js").read_text()
