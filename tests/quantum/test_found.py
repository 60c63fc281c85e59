"""SDKs that somebody has already are found where Pythons keep their packages."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ck_core.builtin import softs
from ck_core.domain.installation import Installation
from ck_core.domain.soft_reading import parse_soft
from ck_core.testing.executables import printing, write_executable
from ck_core.testing.samples import LINUX, requirement
from quantum.test_shipped import SDKS, component

VERSIONS = {
    "qiskit": ("qiskit-{}.dist-info/METADATA", ""),
    "cirq": ("cirq/_version.py", '__version__ = "{}"\n'),
    "pennylane": ("pennylane-{}.dist-info/METADATA", ""),
    "pyquil": ("pyquil-{}.dist-info/METADATA", ""),
}
SOFTS = [parse_soft(component("soft", f"quantum.{name}")) for name in SDKS]


def add(place: Path, name: str, version: str) -> Path:
    """The SDK in a Python of its own, whose interpreter is returned."""
    file, text = VERSIONS[name]
    site = place / "lib/python3.11/site-packages"
    for path, content in ((f"{name}/__init__.py", ""), (file.format(version), text)):
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(content.format(version), encoding="utf-8")
    return write_executable(place / "bin", "python3.11", printing(""))


@pytest.fixture
def detected(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Installation]]:
    def look(name: str, *places: Path) -> list[Installation]:
        monkeypatch.setenv("CKP_SOFT_DIRS", os.pathsep.join(map(str, places)))
        found = softs.detect(requirement("quantum", "sdk", name), LINUX, SOFTS, ())
        return sorted(found, key=lambda one: one.version)

    return look


@pytest.mark.parametrize("name", SDKS)
def test_each_sdk(detected: Callable[..., list[Installation]], tmp_path: Path, name: str) -> None:
    python = add(tmp_path / "mine", name, "2.14.0")
    (found,) = detected(name, tmp_path / "mine")
    assert (found.product, found.version) == (name, "2.14.0")
    assert found.environment["CKP_QUANTUM_SDK"] == name
    assert found.environment["CKP_QUANTUM_PYTHON"] == str(python)
    assert found.environment["CKP_QUANTUM_FILE"].endswith(f"{name}/__init__.py")


def test_versions_side_by_side(detected: Callable[..., list[Installation]], tmp_path: Path) -> None:
    versions = ("1.4.6", "2.6.2")
    pythons = [str(add(tmp_path / one, "qiskit", one)) for one in versions]
    found = detected("qiskit", *(tmp_path / one for one in versions))
    assert [one.version for one in found] == list(versions)
    assert [one.environment["CKP_QUANTUM_PYTHON"] for one in found] == pythons


def test_another_sdk_is_none(detected: Callable[..., list[Installation]], tmp_path: Path) -> None:
    add(tmp_path, "cirq", "1.7.0")
    assert detected("qiskit", tmp_path) == []
