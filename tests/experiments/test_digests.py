"""What cannot be read has no digest, and nothing is raised."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ck_core.domain.component import Component
from ck_core.experiments.recording.digests import component_digest


def dataset(path: Path) -> Component:
    (path / "inner").mkdir()
    (path / "data.txt").write_text("1\n", "utf-8")
    return Component(
        repository="local", kind="dataset", alias="it", uid="0" * 16, path=path, values={}
    )


def test_a_change_anywhere_shows(tmp_path: Path) -> None:
    component = dataset(tmp_path)
    before = component_digest(component)
    assert before.startswith("sha256:")
    (tmp_path / "inner/more.txt").write_text("2\n", "utf-8")
    assert component_digest(component) not in {before, ""}


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    component = dataset(tmp_path)
    (tmp_path / "inner/loop").symlink_to("loop")
    assert component_digest(component) == ""


def test_a_component_that_is_gone(tmp_path: Path) -> None:
    component = dataset(tmp_path)
    tmp_path.rename(tmp_path.with_name("elsewhere"))
    assert component_digest(component) == ""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_directory_that_may_not_be_read(tmp_path: Path) -> None:
    component = dataset(tmp_path)
    (tmp_path / "inner").chmod(0)
    assert component_digest(component) == ""
    (tmp_path / "inner").chmod(0o700)
