"""Machines with widgets on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ck_core.testing.fixtures import AddComponent
from environments.environment_kit import NEEDS_GADGET, NEEDS_WIDGET, PLUGIN, gadget
from plugins.fake_distribution import install_fake


@pytest.fixture(autouse=True)
def _gcc_only(gcc_only: None) -> None:
    """Other folders find this machine's compilers."""


@pytest.fixture
def widgets(ckp_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is searched for widgets; empty."""
    install_fake(tmp_path / "site", "widgets", PLUGIN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    place = tmp_path / "widgets"
    monkeypatch.setenv("WIDGET_DIRECTORIES", f"{place}:{tmp_path / 'other'}")
    return place


@pytest.fixture
def needs_widget(widgets: Path, add_component: AddComponent) -> str:
    add_component("program", "shows", NEEDS_WIDGET)
    return "program:shows"


@pytest.fixture
def needs_gadget(widgets: Path, add_component: AddComponent) -> str:
    """And two packages that make gadgets."""
    add_component("program", "reads", NEEDS_GADGET)
    for version in ("1", "2"):
        add_component("package", f"gadget-{version}", gadget(version), {"src/readme": "x"})
    return "program:reads"
