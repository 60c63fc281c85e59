"""A small network with everything that converters know, and its answers by plain NumPy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ckp_convert.network import IMAGE, Layer, Network, write_network
from ml.kit import meta

SIDE, CHANNELS, CLASSES = 13, 3, 7
"""An odd side: padding is not the same on both."""


def convolution(name: str, before: str, **sizes: Any) -> Layer:
    return Layer(name=name, op="convolution", inputs=(before,), **sizes)


LAYERS = (
    convolution("stem", IMAGE, kernel=3, stride=2, filters=8, activation="relu6"),
    convolution("wide", "stem", kernel=5, stride=2, filters=8, groups=8, activation="relu6"),
    convolution("deep", "wide", kernel=1, filters=8),
    convolution("again", "deep", kernel=3, filters=8, groups=8, activation="relu6"),
    Layer(name="sum", op="add", inputs=("again", "deep")),
    Layer(name="mean", op="mean", inputs=("sum",)),
    Layer(name="classes", op="dense", inputs=("mean",), filters=CLASSES),
)


def network() -> Network:
    source, weights, inputs = np.random.default_rng(5), {}, CHANNELS
    for layer in LAYERS:
        if layer.op == "convolution":
            shape: tuple[int, ...] = (layer.filters, inputs // layer.groups, *[layer.kernel] * 2)
            inputs = layer.filters
        elif layer.op == "dense":
            shape = (layer.filters, inputs)
        else:
            continue
        scale = 1.5 / np.sqrt(np.prod(shape[1:]))
        weights[f"{layer.name}.weight"] = source.normal(0, scale, shape).astype(np.float32)
        weights[f"{layer.name}.bias"] = source.normal(0, 0.3, shape[0]).astype(np.float32)
    described = meta(
        name="mixture",
        format="network",
        input={
            "height": SIDE,
            "width": SIDE,
            "channels": CHANNELS,
            "mean": [127.0],
            "scale": [0.02],
        },
        output={"kind": "logits"},
        labels={"vocabulary": "tens", "classes": CLASSES},
    )
    return Network(layers=LAYERS, weights=weights, meta=described)


def write(directory: Path) -> Path:
    directory.mkdir(parents=True)
    write_network(directory, network())
    return directory


def pixels(count: int = 16) -> Any:
    return np.random.default_rng(9).integers(0, 256, (count, SIDE, SIDE, CHANNELS), dtype=np.uint8)


def probabilities(images: Any) -> Any:
    """What the network answers, sum by sum."""
    one = network()
    values = (images.astype(np.float64) - 127.0) * 0.02
    found = {IMAGE: values.transpose(0, 3, 1, 2)}
    for layer in LAYERS:
        found[layer.name] = _computed(layer, [found[name] for name in layer.inputs], one)
    powers = np.exp(found["classes"] - found["classes"].max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _computed(layer: Layer, inputs: list[Any], one: Network) -> Any:
    if layer.op == "add":
        return inputs[0] + inputs[1]
    if layer.op == "mean":
        return inputs[0].mean(axis=(2, 3))
    weight, bias = (one.weights[f"{layer.name}.{part}"] for part in ("weight", "bias"))
    if layer.op == "dense":
        return inputs[0] @ weight.T + bias
    rows, columns = one.paddings()[layer.name]
    padded = np.pad(inputs[0], ((0, 0), (0, 0), rows, columns))
    values = _convolved(padded, weight, layer) + bias[:, None, None]
    return np.clip(values, 0, 6) if layer.activation == "relu6" else values


def _convolved(values: Any, weight: Any, layer: Layer) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(values, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, :: layer.stride, :: layer.stride]
    if layer.groups > 1:
        return np.einsum("ncyxhw,chw->ncyx", windows, weight[:, 0])
    return np.einsum("ncyxhw,ochw->noyx", windows, weight)
