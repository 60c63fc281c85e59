"""The small network as ONNX and as TorchScript: ``cd tests; PYTHON -m ml.tiny.make_torch DIR``.

ONNX has it with an open and with a fixed batch, and with an operator that nobody knows.
"""

from __future__ import annotations

import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from ml.tiny.weights import CLASSES, SIDE, weights, write_meta


def onnx_model(batch: Any, last: str = "Identity") -> Any:
    numbers = weights()
    kernels = {
        "first": numbers["first"].transpose(3, 2, 0, 1),
        "second": numbers["second"].transpose(3, 2, 0, 1),
        **{name: numbers[name] for name in ("first_bias", "second_bias", "dense", "dense_bias")},
    }
    nodes = [
        helper.make_node("Conv", ["input", "first", "first_bias"], ["a"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node(
            "Conv", ["b", "second", "second_bias"], ["c"], pads=[0, 0, 1, 1], strides=[2, 2]
        ),
        helper.make_node("Relu", ["c"], ["d"]),
        helper.make_node("GlobalAveragePool", ["d"], ["e"]),
        helper.make_node("Flatten", ["e"], ["f"]),
        helper.make_node("Gemm", ["f", "dense", "dense_bias"], ["scores"]),
        helper.make_node(last, ["scores"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [batch, 1, SIDE, SIDE])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [batch, CLASSES])],
        [numpy_helper.from_array(np.ascontiguousarray(v), k) for k, v in kernels.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


class Tiny(torch.nn.Module):  # type: ignore[misc]  # torch lies elsewhere
    def __init__(self) -> None:
        super().__init__()
        self.numbers = torch.nn.ParameterDict(
            {name: torch.nn.Parameter(torch.from_numpy(value)) for name, value in weights().items()}
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        own = self.numbers
        first = own["first"].permute(3, 2, 0, 1)
        values = torch.nn.functional.conv2d(images, first, own["first_bias"], padding=1).relu()
        values = torch.nn.functional.pad(values, (0, 1, 0, 1))
        second = own["second"].permute(3, 2, 0, 1)
        values = torch.nn.functional.conv2d(values, second, own["second_bias"], stride=2).relu()
        return values.mean((2, 3)) @ own["dense"] + own["dense_bias"]


def without_paths(file: Path) -> None:
    """TorchScript notes in which file of this machine each line stood; it runs without."""
    with zipfile.ZipFile(file) as archive:
        kept = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:  # stored, as TorchScript wants it
        for name, content in kept.items():
            if not name.endswith(".debug_pkl"):
                archive.writestr(name, content)


def main(place: Path) -> None:
    for name, batch in (("onnx", "batch"), ("onnx-fixed", 1)):
        write_meta(place / name, "onnx", layout="NCHW", name=f"tiny-{name}")
        onnx.save(onnx_model(batch), place / name / "model.onnx")
    write_meta(place / "onnx-unknown", "onnx", layout="NCHW", name="tiny-onnx-unknown")
    onnx.save(onnx_model("batch", "Unheard"), place / "onnx-unknown" / "model.onnx")
    write_meta(place / "torchscript", "torchscript", layout="NCHW")
    warnings.simplefilter("ignore")
    traced = torch.jit.trace(Tiny().eval(), torch.zeros(2, 1, SIDE, SIDE))
    file = place / "torchscript" / "model.pt"
    traced.save(str(file))
    without_paths(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
