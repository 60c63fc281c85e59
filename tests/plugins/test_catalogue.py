from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ck_core.plugins.catalogue import read_catalogue
from ck_core.plugins.manager import Plugins
from plugins.fake_distribution import SOUND, install_fake


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "site"
    path.mkdir()
    monkeypatch.syspath_prepend(str(path))
    return path


def offered(cache: Path) -> set[str]:
    return {f"{entry.name} {entry.version}" for entry in read_catalogue(cache).group("ckp")}


def test_the_cache_follows_what_is_installed(site: Path, tmp_path: Path) -> None:
    cache = tmp_path / "plugins.json"
    assert "one 1.0" not in offered(cache)
    information = install_fake(site, "one", SOUND)
    assert "one 1.0" in offered(cache)
    shutil.rmtree(information)
    install_fake(site, "one", SOUND, version="2.0")
    assert {"one 2.0"} <= offered(cache)
    assert "one 1.0" not in offered(cache)
    file = site / "one-2.0.dist-info" / "entry_points.txt"
    file.write_text("[ckp]\nrenamed = one\n")
    assert "renamed 2.0" in offered(cache)


def test_reading_imports_no_plugin(site: Path, tmp_path: Path) -> None:
    install_fake(site, "never_imported_here", SOUND)
    assert "never_imported_here 1.0" in offered(tmp_path / "plugins.json")
    assert "never_imported_here" not in sys.modules


def test_a_module_is_imported_only_for_its_hooks(site: Path, tmp_path: Path) -> None:
    marker = tmp_path / "imported"
    install_fake(site, "counted", f"open({str(marker)!r}, 'a').write('x')\n" + SOUND)
    cache = tmp_path / "plugins.json"
    Plugins(cache, print).listing()
    assert marker.read_text() == "x"
    sys.modules.pop("counted")
    plugins = Plugins(cache, print)
    plugins.contribute("autotune", session=None)
    assert marker.read_text() == "x"
    plugins.collect("postprocess", request=None, result=None)
    assert marker.read_text() == "xx"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.binary(max_size=200))
def test_a_damaged_cache_is_ignored(tmp_path: Path, content: bytes) -> None:
    cache = tmp_path / "plugins.json"
    cache.write_bytes(content)
    assert "gcc 0.1.0" in offered(cache)


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert offered(tmp_path / "file" / "plugins.json")


def test_damaged_metadata_of_others_is_no_error(site: Path, tmp_path: Path) -> None:
    information = install_fake(site, "odd", SOUND)
    (information / "METADATA").write_bytes(b"\xff\xfe\x00")
    (information / "entry_points.txt").write_bytes(b"\xff[[[ckp\n=\n")
    install_fake(site, "fine", SOUND)
    assert "fine 1.0" in offered(tmp_path / "plugins.json")
