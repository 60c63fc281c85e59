"""MXNet's symbol and parameters; images are NCHW."""

from __future__ import annotations

from typing import Any

import mxnet as mx

from ckp_convert.job import Job
from ckp_convert.network import IMAGE, Layer, Network

_DATA = "data"


def convert(job: Job) -> None:
    job.only("fp32")
    found = {IMAGE: mx.sym.Variable(_DATA)}
    for layer in job.network.layers:
        found[layer.name] = _symbol(layer, [found[one] for one in layer.inputs], job.network)
    numbers = {_name(name): mx.nd.array(one) for name, one in job.network.weights.items()}
    last = found[job.network.layers[-1].name]
    mx.model.save_checkpoint(str(job.directory / "model"), 0, last, numbers, {})
    given = {**job.network.meta["input"], "layout": "NCHW"}
    job.describe(job.network.meta, format="mxnet", file=".", input=given)


def _symbol(layer: Layer, inputs: list[Any], network: Network) -> Any:
    if layer.op == "convolution":
        return _convolution(layer, inputs[0], network)
    if layer.op == "add":
        return inputs[0] + inputs[1]
    if layer.op == "mean":
        pooled = mx.sym.Pooling(inputs[0], global_pool=True, pool_type="avg", kernel=(1, 1))
        return mx.sym.Flatten(pooled)
    return mx.sym.FullyConnected(inputs[0], num_hidden=layer.filters, name=_name(layer.name))


def _convolution(layer: Layer, values: Any, network: Network) -> Any:
    (above, below), (left, right) = network.paddings()[layer.name]
    around = (above, left)
    if (above, left) != (below, right):
        width = (0, 0, 0, 0, above, below, left, right)
        values, around = mx.sym.pad(values, mode="constant", pad_width=width), (0, 0)
    values = mx.sym.Convolution(
        values,
        kernel=(layer.kernel, layer.kernel),
        stride=(layer.stride, layer.stride),
        pad=around,
        num_filter=layer.filters,
        num_group=layer.groups,
        name=_name(layer.name),
    )
    return mx.sym.clip(values, 0.0, 6.0) if layer.activation == "relu6" else values


def _name(name: str) -> str:
    """MXNet looks for ``NAME_weight`` and ``NAME_bias``."""
    return name.replace(".", "_")
