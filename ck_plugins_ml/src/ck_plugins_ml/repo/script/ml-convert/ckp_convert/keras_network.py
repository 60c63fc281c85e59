"""The network as a Keras model; images are NHWC."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from ckp_convert.network import IMAGE, Layer, Network

if TYPE_CHECKING:
    from numpy.typing import NDArray


def keras_network(network: Network) -> Any:
    image = tf.keras.layers.Input(network.shape, name=IMAGE)
    found, made = {IMAGE: image}, {}
    for layer in network.layers:
        values = [found[one] for one in layer.inputs]
        made[layer.name] = _keras_layer(layer)
        found[layer.name] = _activated(layer, made[layer.name](_single(values)))
    model = tf.keras.Model(image, found[network.layers[-1].name])
    for layer in network.layers:
        if made[layer.name].weights:
            made[layer.name].set_weights(_weights(layer, network))
    return model


def _single(values: list[Any]) -> Any:
    return values if len(values) > 1 else values[0]


def _keras_layer(layer: Layer) -> Any:
    layers = tf.keras.layers
    shape = {"kernel_size": layer.kernel, "strides": layer.stride, "padding": "same"}
    if layer.op == "convolution" and layer.groups > 1:
        return layers.DepthwiseConv2D(**shape)
    if layer.op == "convolution":
        return layers.Conv2D(layer.filters, **shape)
    if layer.op == "add":
        return layers.Add()
    if layer.op == "mean":
        return layers.GlobalAveragePooling2D()
    return layers.Dense(layer.filters)


def _activated(layer: Layer, values: Any) -> Any:
    return tf.keras.layers.ReLU(6.0)(values) if layer.activation == "relu6" else values


def _weights(layer: Layer, network: Network) -> list[NDArray[np.float32]]:
    """Keras has height, width, inputs, filters; depthwise filters stand for inputs."""
    weight = network.weights[f"{layer.name}.weight"]
    bias = network.weights[f"{layer.name}.bias"]
    if layer.op == "dense":
        return [weight.T, bias]
    order = (2, 3, 0, 1) if layer.groups > 1 else (2, 3, 1, 0)
    return [weight.transpose(order), bias]


def export(model: Any, place: str, batch: int | None) -> None:
    """With an input signature: without one XNNPACK is not applied, and Arm NN fails."""
    spec = tf.TensorSpec([batch, *model.input_shape[1:]], tf.float32)
    model.export(place, input_signature=[spec], verbose=False)
