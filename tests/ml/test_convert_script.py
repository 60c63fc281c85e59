"""convert.sh: images to calibrate with are prepared for 8 bits, and for nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ml.kit import CONVERT

PREPARE = """\
import os, pathlib
kept = ("CKP_COUNT", "CKP_DATASET_PATH", "CKP_MODEL_META", "CKP_CACHE")
pathlib.Path("prepared").mkdir()
pathlib.Path("prepared/told.txt").write_text("\\n".join(os.environ[one] for one in kept))
"""
CONVERTS = """\
import pathlib, sys
pathlib.Path(sys.argv[2], "arguments.txt").write_text(" ".join(sys.argv[1:]))
"""


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """Of scripts that tell what they are given, and of the build."""
    for name, text in {"prepare": PREPARE, "convert": CONVERTS}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.py").write_text(text, encoding="utf-8")
    for name in ("build", "install"):
        (tmp_path / name).mkdir()
    return {
        "PATH": os.environ["PATH"],
        "BUILD_DIR": str(tmp_path / "build"),
        "INSTALL_DIR": str(tmp_path / "install"),
        "PREPARE": str(tmp_path / "prepare"),
        "CONVERT": str(tmp_path / "convert"),
        "CK_ENV_PILLOW_PYTHON": sys.executable,
        "CKP_ML_PYTHON": sys.executable,
        "CKP_DATASET_PATH": "/images of mine",
        "CKP_MODEL_META": "/model.json",
    }


def converted(places: dict[str, str], **variables: str) -> list[str]:
    """What preparing was told; empty where nobody called it."""
    words = ["sh", str(CONVERT / "convert.sh"), "onnx"]
    subprocess.run(words, env={**places, **variables}, check=True, timeout=60)
    arguments = Path(places["INSTALL_DIR"], "arguments.txt").read_text(encoding="utf-8")
    assert arguments == f"onnx {places['INSTALL_DIR']}"
    told = Path(places["BUILD_DIR"], "prepared/told.txt")
    return told.read_text(encoding="utf-8").splitlines() if told.exists() else []


def test_two_hundred_images_for_eight_bits(places: dict[str, str]) -> None:
    cache = f"{places['BUILD_DIR']}/cache"
    told = converted(places, CKP_PRECISION="int8")
    assert told == ["200", "/images of mine", "/model.json", cache]


def test_as_many_as_the_package_says(places: dict[str, str]) -> None:
    assert converted(places, CKP_PRECISION="int8", CKP_CALIBRATION_COUNT="5")[0] == "5"


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_none_for_more_bits(places: dict[str, str], precision: str) -> None:
    assert not converted(places, CKP_PRECISION=precision)
