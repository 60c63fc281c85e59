"""Finding a source distribution on the pages that pip reads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ck_core.errors import InstallError
from ck_core.system.downloads import find_source_distribution
from ck_core.system.pip import pip_environment, pip_settings
from ck_core.testing.fixtures import AddComponent
from packages.kit import install, meta, tarball
from packages.server import FileServer, Served

HTML = (
    '<a href="../../files/Some_Thing-1.0.tar.gz#sha256=12">s</a>'
    '<a href="some_thing-1.0-py3-none-any.whl">w</a><a href="some_thing-1.0.1.tar.gz">o</a><a>x</a>'
    '<a href="file:///etc/some-thing-1.0.tar.gz">this machine</a>'
)


def test_html_and_json_pages_are_read(server: FileServer) -> None:
    index = server.address + "/simple"
    server.serve("/simple/some-thing/", Served(content=HTML.encode(), content_type="text/html"))
    page = json.dumps({"files": [{"url": "https://f.org/some.thing-1.0.zip"}, {"url": "x.whl"}]})
    kind = "application/vnd.pypi.simple.v1+json"
    server.serve("/json/some-thing/", Served(content=page.encode(), content_type=kind))
    settings = {"index-url": index, "extra-index-url": f"{server.address}/json/"}
    found = find_source_distribution("Some_Thing", "1.0", settings)
    assert found == (
        f"{server.address}/files/Some_Thing-1.0.tar.gz",
        "https://f.org/some.thing-1.0.zip",
    )


def test_a_local_index_and_a_directory_are_read(tmp_path: Path) -> None:
    page = tmp_path / "simple" / "some-thing"
    page.mkdir(parents=True)
    (page / "index.html").write_text(HTML)
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "some-thing-1.0.tar.gz").touch()
    index = (tmp_path / "simple").as_uri()
    settings = {"index-url": index, "find-links": str(tmp_path / "links")}
    found = find_source_distribution("some.thing", "1.0", settings)
    assert found[0] == str(tmp_path / "links" / "some-thing-1.0.tar.gz")
    assert found[1] == f"{tmp_path.as_uri()}/files/Some_Thing-1.0.tar.gz"


def test_without_an_index_none_is_asked(server: FileServer) -> None:
    with pytest.raises(InstallError):
        find_source_distribution("a", "1", {"index-url": server.address, "no-index": "1"})
    assert not server.requests


def test_what_was_looked_at_is_told(server: FileServer, tmp_path: Path) -> None:
    server.serve("/bad/a/", Served(content=b"[]", content_type="application/json"))
    urls = f"{server.address}/none {server.address}/bad file://{tmp_path}"
    secret = server.address.replace("//", "//me:s3cret@")
    with pytest.raises(InstallError, match="no source distribution of a 1 is where") as caught:
        find_source_distribution("a", "1", {"index-url": secret, "extra-index-url": urls})
    lines = caught.value.details.splitlines()
    assert ["404" in lines[1], "no page of an index" in lines[2], len(lines)] == [True, True, 4]
    assert "s3cret" not in caught.value.details


def test_what_was_downloaded_once_needs_no_index(
    server: FileServer, add_component: AddComponent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = tarball(tmp_path / "thing-1.0.tar.gz", {"note": "hello"})
    page = '<a href="../../thing-1.0.tar.gz">thing</a>'
    server.serve("/simple/thing/", Served(content=page.encode(), content_type="text/html"))
    server.serve("/thing-1.0.tar.gz", Served(content=(tmp_path / "thing-1.0.tar.gz").read_bytes()))
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.address}/simple")
    build = {"with": "script", "script": "install.sh"}
    recipe = {"source": {"sdist": "thing==1.0", "sha256": digest}, "build": build}
    script = {"install.sh": 'cp "$SOURCE_DIR/note" "$INSTALL_DIR/"'}
    add_component("package", "thing", meta(recipe), script)
    assert install().directory
    asked = len(server.requests)
    add_component("package", "other", {**meta(recipe), "backup_data_uid": "9" * 16}, script)
    other = install("other").directory
    assert other is not None
    assert (other / "note").read_text() == "hello"
    assert len(server.requests) == asked


def test_pips_own_settings_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nindex-url = https://one/\nextra-index-url = https://a/\n    https://b/\n"
                    "[download]\nno-index = true\n")  # fmt: skip
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("PIP_INDEX_URL", "https://it's two/")
    settings = pip_settings()
    assert settings["index-url"] == "https://it's two/"
    assert settings["extra-index-url"].split() == ["https://a/", "https://b/"]
    assert settings["no-index"] == "true"


def test_no_secret_of_the_users_reaches_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("https_proxy", "http://proxy")
    code = "import os; print(sorted(os.environ))"
    command, variables = [sys.executable, "-c", code], pip_environment()
    said = subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout
    assert "https_proxy" in said
    assert "AWS" not in said
