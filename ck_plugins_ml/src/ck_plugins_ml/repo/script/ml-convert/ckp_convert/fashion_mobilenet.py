"""A small MobileNet, trained on Fashion-MNIST, whose images are in ``prepared/``.

Depthwise separable convolutions (A. G. Howard et al., MobileNets, arXiv 1704.04861, 2017); the rate
follows one cycle (L. N. Smith, N. Topin, Super-Convergence, arXiv 1708.07120, 2018). The seed is
fixed: the same kind of machine and PyTorch give the same numbers.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Sequence

import numpy as np
import torch
from torch.nn import functional

from ckp_convert.job import PREPARED, Job
from ckp_convert.network import IMAGE, META, Layer, Network, folded, write_network
from ckp_convert.torch_network import padded

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCKS = ((2, 1), (4, 2), (4, 1), (8, 2), (8, 1))
"""Filters of each, in widths, and its stride."""
_CLASSES = 10
_EPOCHS, _BATCH, _RATE, _SEED = 4, 128, 0.01, 1
_EPSILON = 1e-5


def convert(job: Job) -> None:
    """``job.variant`` is ``w8``: so many filters in the first layer."""
    torch.manual_seed(_SEED)
    torch.set_num_threads(1)  # two that wait for a busy core take twenty times as long
    torch.use_deterministic_algorithms(mode=True)
    meta = json.loads((job.source / META).read_text(encoding="utf-8"))
    layers = _convolutions(int(job.variant[1:]))
    model = _Trained(Network(layers=tuple(layers), weights={}, meta=meta))
    right = _train(model, *_images(meta))
    training = {"epochs": _EPOCHS, "seed": _SEED, "right": right, "torch": str(torch.__version__)}
    named = {**meta, "name": f"{meta['name']}-{job.variant}", "training": training}
    write_network(job.directory, _as_network(model, named))


def _convolutions(width: int) -> list[Layer]:
    found = [_convolution("stem", IMAGE, kernel=3, stride=2, filters=width)]
    inputs = width
    for number, (widths, stride) in enumerate(_BLOCKS, start=1):
        before, wide = found[-1].name, f"wide{number}"
        sizes = {"kernel": 3, "stride": stride, "filters": inputs, "groups": inputs}
        found.append(_convolution(wide, before, **sizes))
        inputs = widths * width
        found.append(_convolution(f"deep{number}", wide, filters=inputs))
    return found


def _convolution(name: str, before: str, **sizes: int) -> Layer:
    return Layer(name=name, op="convolution", inputs=(before,), activation="relu6", **sizes)


class _Trained(torch.nn.Module):  # type: ignore[misc]  # torch lies elsewhere
    """Convolutions without bias, each with batch normalisation; then the mean, then classes."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.layers, self.paddings = network.layers, network.paddings()
        inputs = network.shape[2]
        for layer in self.layers:
            shape = (layer.filters, inputs // layer.groups, layer.kernel, layer.kernel)
            weight = torch.nn.init.kaiming_normal_(torch.empty(shape), mode="fan_out")
            self.register_parameter(layer.name, torch.nn.Parameter(weight))
            self.add_module(f"{layer.name}_norm", torch.nn.BatchNorm2d(layer.filters, eps=_EPSILON))
            inputs = layer.filters
        self.classes = torch.nn.Linear(inputs, _CLASSES)

    def forward(self, values: Any) -> Any:
        for layer in self.layers:
            values, around = padded(values, self.paddings[layer.name])
            weight, sizes = getattr(self, layer.name), {"stride": layer.stride, "padding": around}
            values = functional.conv2d(values, weight, groups=layer.groups, **sizes)
            values = functional.relu6(getattr(self, f"{layer.name}_norm")(values))
        return self.classes(values.mean((2, 3)))


def _images(meta: Any) -> tuple[Any, Any]:
    """NCHW, of one channel; and their labels."""
    told = json.loads((PREPARED / "prepared.json").read_text(encoding="utf-8"))
    shape = [told[name] for name in ("count", "channels", "height", "width")]
    pixels = np.fromfile(PREPARED / "images.bin", np.uint8).reshape(shape).astype(np.float32)
    mean, scale = (np.float32(meta["input"][name][0]) for name in ("mean", "scale"))
    return torch.from_numpy((pixels - mean) * scale), torch.tensor(told["labels"])


def _train(model: Any, images: Any, labels: Any) -> float:
    """Answers which part of the images was told right in the last epoch."""
    optimiser = torch.optim.Adam(model.parameters(), lr=_RATE)
    steps = -(-len(images) // _BATCH)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=_EPOCHS * steps)
    source, right = torch.Generator().manual_seed(_SEED), 0
    for epoch in range(1, _EPOCHS + 1):
        right = 0
        for chosen in torch.randperm(len(images), generator=source).split(_BATCH):
            right += _step(model, images[chosen], labels[chosen], optimiser)
            cycle.step()
        print(f"epoch {epoch} of {_EPOCHS}: {right / len(images):.2%} right", flush=True)
    model.eval()
    return round(right / len(images), 4)


def _step(model: Any, images: Any, labels: Any, optimiser: Any) -> int:
    optimiser.zero_grad()
    answers = model(_flipped(images))
    functional.cross_entropy(answers, labels).backward()
    optimiser.step()
    return int((answers.argmax(1) == labels).sum())


def _flipped(images: Any) -> Any:
    """Half of them, left to right: a shoe that points the other way is a shoe."""
    chosen = torch.rand(len(images), 1, 1, 1) < 0.5
    return torch.where(chosen, images.flip(3), images)


def _as_network(model: Any, meta: Any) -> Network:
    state = {name: one.detach().numpy() for name, one in model.state_dict().items()}
    weights: dict[str, NDArray[np.float32]] = {}
    for layer in model.layers:
        norm = {part: state[f"{layer.name}_norm.{part}"] for part in _NORM}
        weight, bias = folded(state[layer.name], norm, _EPSILON)
        weights.update({f"{layer.name}.weight": weight, f"{layer.name}.bias": bias})
    weights.update({f"classes.{part}": state[f"classes.{part}"] for part in ("weight", "bias")})
    return Network(layers=(*model.layers, *_ending(model.layers)), weights=weights, meta=meta)


_NORM = ("weight", "bias", "running_mean", "running_var")


def _ending(layers: Sequence[Layer]) -> tuple[Layer, Layer]:
    mean = Layer(name="mean", op="mean", inputs=(layers[-1].name,))
    return mean, Layer(name="classes", op="dense", inputs=("mean",), filters=_CLASSES)
