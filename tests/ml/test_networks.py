"""Networks as data: what converters work from, against sums done by hand and by plain NumPy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ckp_convert.converting import FORMATS, main
from ckp_convert.network import IMAGE, Layer, Network, folded, read_network, write_network
from ckp_convert.refusal import Refusal
from ml.kit import meta


def network(side: int, **sizes: Any) -> Network:
    layer = Layer(name="only", op="convolution", inputs=(IMAGE,), **sizes)
    described = meta(input={"height": side, "width": side})
    return Network(layers=(layer,), weights={}, meta=described)


@pytest.mark.parametrize(
    ("side", "kernel", "stride", "expected"),
    [
        (4, 3, 1, (1, 1)),
        (4, 3, 2, (0, 1)),  # what cannot be halved lies behind
        (5, 3, 2, (1, 1)),
        (224, 5, 2, (1, 2)),
        (4, 1, 2, (0, 0)),
    ],
)
def test_padding_is_tensorflows(
    side: int, kernel: int, stride: int, expected: tuple[int, int]
) -> None:
    found = network(side, kernel=kernel, stride=stride).paddings()["only"]
    assert found == (expected, expected)


def test_normalisation_goes_into_the_weights() -> None:
    source = np.random.default_rng(1)
    weight = source.normal(size=(3, 2, 1, 1)).astype(np.float32)
    names = ("weight", "bias", "running_mean", "running_var")
    norm = {name: source.uniform(0.5, 2, 3).astype(np.float32) for name in names}
    image = source.normal(size=2).astype(np.float32)
    plain = weight[:, :, 0, 0] @ image
    root = np.sqrt(norm["running_var"] + 1e-3)
    expected = (plain - norm["running_mean"]) / root * norm["weight"] + norm["bias"]
    scaled, bias = folded(weight, norm, 1e-3)
    np.testing.assert_allclose(scaled[:, :, 0, 0] @ image + bias, expected, rtol=1e-5)


def test_it_is_written_and_read(tmp_path: Path) -> None:
    numbers = {"only.weight": np.ones((1, 1, 1, 1), np.float32), "only.bias": np.zeros(1, "f4")}
    one = Network(layers=network(4).layers, weights=numbers, meta=meta())
    write_network(tmp_path, one)
    found = read_network(tmp_path)
    assert found.layers == one.layers
    assert found.shape == (4, 4, 1)
    np.testing.assert_array_equal(found.weights["only.weight"], numbers["only.weight"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"op": "dance"}, "does what nobody here knows: dance"),
        ({"activation": "magic"}, "does what nobody here knows"),
        ({"inputs": ["gone"]}, "takes gone, which is not"),
        ({"name": "another"}, "has no numbers another.weight"),
        ({"speed": 3}, "holds no whole network"),
    ],
)
def test_what_is_not_whole_is_refused(tmp_path: Path, change: Any, said: str) -> None:
    numbers = {"only.weight": np.ones((1, 1, 1, 1), np.float32), "only.bias": np.zeros(1, "f4")}
    write_network(tmp_path, Network(layers=network(4).layers, weights=numbers, meta=meta()))
    values = json.loads((tmp_path / "network.json").read_text(encoding="utf-8"))
    values["layers"][0].update(change)
    (tmp_path / "network.json").write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(Refusal, match=said):
        read_network(tmp_path)


def test_a_format_that_nobody_makes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["papyrus", str(tmp_path)]) == 3
    assert f"FORMAT is one of {', '.join(FORMATS)}" in capsys.readouterr().err
