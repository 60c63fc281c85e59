"""A network as data: ``network.json``, its layers in order, and ``weights.npz``.

A layer is ``{"name", "op", "inputs"}`` and more by ``op``:

- ``convolution``: ``kernel``, ``stride``, ``filters``, ``groups``; padded as by TensorFlow's SAME.
  Weights ``NAME.weight`` (filters, inputs of a group, kernel, kernel) and ``NAME.bias``.
- ``add``: of two inputs of one shape.
- ``mean``: over height and width.
- ``dense``: ``units``; weights ``NAME.weight`` (units, inputs) and ``NAME.bias``.

``activation`` of convolutions is ``relu6`` or ``none``. The first layer's input is ``image``, the
last one's output are the logits. Batch normalisation is in the weights already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Tuple

import numpy as np

from ckp_convert.refusal import Refusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

IMAGE = "image"
LAYERS, WEIGHTS, META = "network.json", "weights.npz", "model.json"
OPERATIONS = ("convolution", "add", "mean", "dense")
ACTIVATIONS = ("none", "relu6")
Padding = Tuple[Tuple[int, int], Tuple[int, int]]
"""Rows above and below, columns left and right."""


@dataclass(frozen=True)
class Layer:
    """``filters`` are units of a dense layer as well; what an operation does not have is 1."""

    name: str
    op: str
    inputs: tuple[str, ...]
    kernel: int = 1
    stride: int = 1
    filters: int = 1
    groups: int = 1
    activation: str = "none"


@dataclass(frozen=True)
class Network:
    """``meta`` is its model.json."""

    layers: tuple[Layer, ...]
    weights: Mapping[str, NDArray[np.float32]]
    meta: Mapping[str, Any]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of an image: height, width, channels."""
        given = self.meta["input"]
        return int(given["height"]), int(given["width"]), int(given["channels"])

    def paddings(self) -> dict[str, Padding]:
        """Of each convolution."""
        height, width, _ = self.shape
        sizes, found = {IMAGE: (height, width)}, {}
        for layer in self.layers:
            rows, columns = sizes[layer.inputs[0]]
            if layer.op == "convolution":
                found[layer.name] = _same(rows, layer), _same(columns, layer)
                rows, columns = -(-rows // layer.stride), -(-columns // layer.stride)
            sizes[layer.name] = rows, columns
        return found


def _same(size: int, layer: Layer) -> tuple[int, int]:
    """TensorFlow's SAME: what cannot be halved lies behind."""
    whole = max((-(-size // layer.stride) - 1) * layer.stride + layer.kernel - size, 0)
    return whole // 2, whole - whole // 2


def read_network(directory: Path) -> Network:
    """Raises Refusal where it is not whole."""
    try:
        values = json.loads((directory / LAYERS).read_text(encoding="utf-8"))
        meta = json.loads((directory / META).read_text(encoding="utf-8"))
        layers = tuple(_layer(one) for one in values["layers"])
        with np.load(directory / WEIGHTS) as stored:
            weights = {name: np.asarray(stored[name], np.float32) for name in stored.files}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Refusal(f"{directory} holds no whole network: {error}") from None
    _check(layers, weights)
    return Network(layers=layers, weights=weights, meta=meta)


def _layer(values: Mapping[str, Any]) -> Layer:
    return Layer(**{**values, "inputs": tuple(values["inputs"])})


def _check(layers: Sequence[Layer], weights: Mapping[str, NDArray[np.float32]]) -> None:
    known = {IMAGE}
    for layer in layers:
        if layer.op not in OPERATIONS or layer.activation not in ACTIVATIONS:
            raise Refusal(f"layer {layer.name} does what nobody here knows: {layer.op}")
        if missing := {*layer.inputs} - known:
            raise Refusal(f"layer {layer.name} takes {', '.join(sorted(missing))}, which is not")
        known.add(layer.name)
        for name in _numbers_of(layer):
            if name not in weights:
                raise Refusal(f"layer {layer.name} has no numbers {name}")


def _numbers_of(layer: Layer) -> Iterator[str]:
    if layer.op in {"convolution", "dense"}:
        yield from (f"{layer.name}.weight", f"{layer.name}.bias")


def write_network(directory: Path, network: Network) -> None:
    layers = [asdict(one) for one in network.layers]
    text = json.dumps({"schema": 1, "layers": layers}, indent=1)
    (directory / LAYERS).write_text(f"{text}\n", encoding="utf-8")
    np.savez(directory / WEIGHTS, **network.weights)  # type: ignore[arg-type]  # none is allow_pickle
    write_meta(directory, network.meta)


def write_meta(directory: Path, values: Mapping[str, Any]) -> None:
    text = json.dumps(values, indent=2, ensure_ascii=False)
    (directory / META).write_text(f"{text}\n", encoding="utf-8")


def folded(
    weight: NDArray[np.float32], norm: Mapping[str, NDArray[np.float32]], epsilon: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A convolution without bias and the batch normalisation behind it, as one with a bias.

    Args:
        norm: ``weight``, ``bias``, ``running_mean`` and ``running_var``, of each filter.
    """
    factor = norm["weight"] / np.sqrt(norm["running_var"] + epsilon)
    bias = norm["bias"] - norm["running_mean"] * factor
    return (weight * factor[:, None, None, None]).astype(np.float32), bias.astype(np.float32)
