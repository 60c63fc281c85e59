"""The framework of docs/ml.md, from its soft to its predictions."""

from __future__ import annotations

import json
import re
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

from ck_core.testing.fixtures import AddComponent, Ckp
from ml.kit import ROOT

GUIDE = (ROOT / "docs" / "ml.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def write_images(place: Path, count: int) -> None:
    """Fashion-MNIST's files, with images of one grey each."""
    place.mkdir(parents=True)
    pixels = np.repeat(np.arange(count, dtype=np.uint8) % 10 * 20, 784)
    labels = np.arange(count, dtype=np.uint8) % 10
    head = struct.pack(">IIII", 0x803, count, 28, 28)
    (place / "t10k-images-idx3-ubyte").write_bytes(head + pixels.tobytes())
    (place / "t10k-labels-idx1-ubyte").write_bytes(
        struct.pack(">II", 0x801, count) + labels.tobytes()
    )


@pytest.fixture
def guide(add_component: AddComponent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    described, framework, program, model = blocks("json")
    (adapter,) = blocks("python")
    add_component("soft", "ml.matrix", framework)
    add_component("soft", "model.matrix", model)
    add_component("program", "image-classification-matrix", program, {"adapter.py": adapter})
    place = tmp_path / "model"
    place.mkdir()
    (place / "model.json").write_text(described, encoding="utf-8")
    weights = np.ones((784, 10), np.float32) / 784
    np.savez(place / "matrix.npz", weights=weights, biases=np.arange(10, dtype=np.float32))
    write_images(tmp_path / "data" / "fashion-mnist", 30)
    monkeypatch.setenv("CKP_DATASET_DIRS", str(tmp_path / "data"))
    monkeypatch.setenv("CKP_SOFT_DIRS", f"{place}:{sys.prefix}")


def test_a_framework_of_your_own(ckp: Ckp, guide: None) -> None:
    options = ("--framework=matrix", "--dataset=fashion-mnist", "--batch=4", "--count=10")
    result = ckp("run", "program:image-classification-matrix", *options, "--repeat=1", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["command"] == "matrix"


def test_what_it_cannot_do_is_told(ckp: Ckp, guide: None) -> None:
    options = ("--framework=matrix", "--dataset=fashion-mnist", "--env.CKP_THREADS=2")
    result = ckp("run", "program:image-classification-matrix", *options, "--repeat=1")
    assert result.returncode != 0
    assert "NumPy has no threads 2; it does 1" in result.stderr
