"""What the worker finds in its directory and in its variables; models of every framework."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ck_core.domain.component import Component

ROOT = Path(__file__).parents[2]
REPOSITORY = ROOT / "ck_plugins_ml/src/ck_plugins_ml/repo"
WORKER = REPOSITORY / "script/ml-worker/worker.py"
CONVERT = REPOSITORY / "script/ml-convert"
MODELS = Path(__file__).parent / "models"
FAKES = Path(__file__).parent / "fakes"
FRAMEWORKS = {
    "tflite": "tflite/model.tflite",
    "litert": "tflite/model.tflite",
    "onnxruntime": "onnx/model.onnx",
    "openvino": "onnx/model.onnx",
    "tensorflow": "savedmodel/model",
    "torch": "torchscript/model.pt",
    "mxnet": "mxnet",
    "armnn": "tflite/model.tflite",
}
"""And the file of the small network that each takes."""


def component(kind: str, alias: str) -> Component:
    """One of the pack's."""
    path = REPOSITORY / kind / alias
    values = json.loads((path / ".cm" / "meta.json").read_text(encoding="utf-8"))
    return Component(
        repository="ckp-ml",
        kind=kind,
        alias=alias,
        uid=values["backup_data_uid"],
        path=path,
        values=values,
    )


def meta(**changes: Any) -> dict[str, Any]:
    """A model.json for images of 4 x 4; keys of ``input`` and ``labels`` are merged."""
    values: dict[str, Any] = {
        "schema": 1,
        "name": "brightness",
        "task": "image-classification",
        "format": "json",
        "precision": "fp32",
        "input": {"layout": "NHWC", "height": 4, "width": 4, "channels": 1, "dtype": "float32"},
        "resize": {"kind": "none"},
        "output": {"kind": "probabilities"},
        "labels": {"vocabulary": "tens", "classes": 10, "offset": 0},
    }
    for key, value in changes.items():
        is_inner = isinstance(value, dict) and isinstance(values.get(key), dict)
        values[key] = {**values[key], **value} if is_inner else value
    return values


def prepare(directory: Path, pixels: Any, **changes: Any) -> None:
    """``prepared/`` as the dataset pack makes it."""
    count, height, width, channels = pixels.shape
    values = {
        "schema": 1,
        "count": count,
        "height": height,
        "width": width,
        "channels": channels,
        "labels": [n % 10 for n in range(count)],
        "ids": [f"{n:03}.png" for n in range(count)],
        "sizes": [[width, height]] * count,
        "skipped": [],
        "vocabulary": "tens",
        "annotations": "",
        **changes,
    }
    place = directory / "prepared"
    place.mkdir(parents=True, exist_ok=True)
    (place / "prepared.json").write_text(json.dumps(values), encoding="utf-8")
    pixels.tofile(place / "images.bin")


def grey(*levels: int) -> Any:
    """An image of 4 x 4 for each level."""
    return np.repeat(np.array(levels, np.uint8), 16).reshape(-1, 4, 4, 1)


@dataclass
class Work:
    """One run of the worker in a directory of its own.

    Attributes:
        memory: bytes of addresses that the worker may have; 0: as many as there are.
    """

    directory: Path
    python: str = sys.executable
    worker: Path = WORKER
    variables: dict[str, str] = field(default_factory=dict)
    memory: int = 0

    def model(self, says: dict[str, Any] | None = None, **changes: Any) -> None:
        """For the adapter of ``fakes/numpy_adapter.py``."""
        file, described = self.directory / "model.txt", self.directory / "model.json"
        file.write_text(json.dumps(says or {}), encoding="utf-8")
        described.write_text(json.dumps(meta(**changes)), encoding="utf-8")
        self.variables = {
            "CKP_ML_FRAMEWORK": "numpy",
            "CKP_ML_ADAPTER": str(FAKES / "numpy_adapter.py"),
            "CKP_MODEL": str(file),
            "CKP_MODEL_META": str(described),
            **self.variables,
        }

    def run(self, **variables: object) -> subprocess.CompletedProcess[str]:
        given = {name: str(value) for name, value in variables.items()}
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return subprocess.run(
            [*self._limited, self.python, "-I", str(self.worker)],
            cwd=self.directory,
            env={**kept, **self.variables, **given},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    @property
    def _limited(self) -> list[str]:
        if not self.memory:
            return []
        return ["sh", "-c", f'ulimit -v {self.memory >> 10} && exec "$@"', "sh"]

    def done(self, **variables: object) -> Work:
        """It must succeed."""
        result = self.run(**variables)
        assert result.returncode == 0, result.stderr
        return self

    def refused(self, **variables: object) -> str:
        """It must fail with one line, which is returned."""
        result = self.run(**variables)
        assert result.returncode == 3, result.stderr
        lines = [one for one in result.stderr.splitlines() if one.startswith("ckp-ml: ")]
        assert len(lines) == 1, result.stderr
        assert not (self.directory / "latencies.json").exists()
        return lines[0].removeprefix("ckp-ml: ")

    @property
    def latencies(self) -> Any:
        return json.loads((self.directory / "latencies.json").read_text(encoding="utf-8"))

    @property
    def predictions(self) -> Any:
        return json.loads((self.directory / "predictions.json").read_text(encoding="utf-8"))

    @property
    def queries(self) -> list[str]:
        return (self.directory / "queries.txt").read_text(encoding="utf-8").splitlines()
