"""Frameworks that somebody has already are found where Pythons keep their packages."""

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
from ml.kit import FRAMEWORKS, component

VERSIONS = {
    "tflite": ("tflite_runtime", "tflite_runtime-{}.dist-info/METADATA", ""),
    "litert": ("ai_edge_litert", "ai_edge_litert-{}.dist-info/METADATA", ""),
    "onnxruntime": ("onnxruntime", "onnxruntime/__init__.py", '__version__ = "{}"\n'),
    "openvino": ("openvino", "openvino-{}.dist-info/METADATA", ""),
    "tensorflow": ("tensorflow", "tensorflow/tools/pip_package/setup.py", "_VERSION = '{}'\n"),
    "torch": ("torch", "torch/version.py", "__version__ = '{}'\n"),
    "mxnet": ("mxnet", "mxnet/libinfo.py", '__version__ = "{}"\n'),
    "armnn": ("pyarmnn", "pyarmnn-{}.egg-info/PKG-INFO", ""),
}
"""Module, and where its version is written in which way."""
SOFTS = [parse_soft(component("soft", f"ml.{name}")) for name in FRAMEWORKS]


def add(place: Path, name: str, version: str) -> Path:
    """The framework in a Python of its own, whose interpreter is returned."""
    module, file, text = VERSIONS[name]
    site = place / "lib/python3.11/site-packages"
    for path, content in ((f"{module}/__init__.py", ""), (file.format(version), text)):
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        with (site / path).open("a", encoding="utf-8") as stream:
            stream.write(content.format(version))
    return write_executable(place / "bin", "python3.11", printing(""))


@pytest.fixture
def detected(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Installation]]:
    def look(name: str, *places: Path) -> list[Installation]:
        monkeypatch.setenv("CKP_SOFT_DIRS", os.pathsep.join(map(str, places)))
        found = softs.detect(requirement("ml", "framework", name), LINUX, SOFTS, ())
        return sorted(found, key=lambda one: one.version)

    return look


@pytest.mark.parametrize("name", VERSIONS)
def test_each_framework(
    detected: Callable[..., list[Installation]], tmp_path: Path, name: str
) -> None:
    python = add(tmp_path / "mine", name, "2.14.0")
    (found,) = detected(name, tmp_path / "mine")
    assert found.label == f"{name}@2.14.0"
    assert found.environment["CKP_ML_FRAMEWORK"] == name
    assert found.environment["CKP_ML_PYTHON"] == str(python)
    assert found.environment["CKP_ML_FILE"].endswith(f"{VERSIONS[name][0]}/__init__.py")
    assert not found.binary_directories


def test_versions_side_by_side(detected: Callable[..., list[Installation]], tmp_path: Path) -> None:
    versions = ("1.20.0", "1.32.0")
    pythons = [str(add(tmp_path / one, "onnxruntime", one)) for one in versions]
    found = detected("onnxruntime", *(tmp_path / one for one in versions))
    assert [one.version for one in found] == list(versions)
    assert [one.environment["CKP_ML_PYTHON"] for one in found] == pythons


def test_another_framework_is_none(
    detected: Callable[..., list[Installation]], tmp_path: Path
) -> None:
    add(tmp_path, "openvino", "2026.4.1")
    assert detected("torch", tmp_path) == []
