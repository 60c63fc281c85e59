"""The network as a PyTorch module; images are NCHW."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from ckp_convert.network import IMAGE, Layer, Network, Padding


class TorchNetwork(torch.nn.Module):  # type: ignore[misc]  # torch lies elsewhere
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.layers = network.layers
        self.paddings = network.paddings()
        for name, values in network.weights.items():
            self.register_buffer(_attribute(name), torch.from_numpy(values.copy()))

    def forward(self, images: Any) -> Any:
        found = {IMAGE: images}
        for layer in self.layers:
            found[layer.name] = self._computed(layer, [found[one] for one in layer.inputs])
        return found[self.layers[-1].name]

    def _computed(self, layer: Layer, inputs: list[Any]) -> Any:
        if layer.op == "convolution":
            return self._convolved(layer, inputs[0])
        if layer.op == "add":
            return inputs[0] + inputs[1]
        if layer.op == "mean":
            return inputs[0].mean((2, 3))
        return functional.linear(inputs[0], *self._numbers(layer))

    def _convolved(self, layer: Layer, values: Any) -> Any:
        values, around = padded(values, self.paddings[layer.name])
        weight, bias = self._numbers(layer)
        values = functional.conv2d(
            values, weight, bias, stride=layer.stride, padding=around, groups=layer.groups
        )
        return functional.relu6(values) if layer.activation == "relu6" else values

    def _numbers(self, layer: Layer) -> tuple[Any, Any]:
        names = (f"{layer.name}.weight", f"{layer.name}.bias")
        weight, bias = (getattr(self, _attribute(name)) for name in names)
        return weight, bias


def padded(values: Any, padding: Padding) -> tuple[Any, tuple[int, int]]:
    """And what the convolution itself pads: only as much on one side as on the other."""
    (above, below), (left, right) = padding
    if (above, left) == (below, right):
        return values, (above, left)
    return functional.pad(values, (left, right, above, below)), (0, 0)


def _attribute(name: str) -> str:
    return name.replace(".", "_")


def example(network: Network, count: int = 2) -> Any:
    height, width, channels = network.shape
    return torch.zeros(count, channels, height, width)
