"""The small network for MXNet: ``cd tests; PYTHON -m ml.tiny.make_mxnet DIR``."""

from __future__ import annotations

import sys
from pathlib import Path

import mxnet as mx

from ml.tiny.weights import CLASSES, FIRST, SECOND, weights, write_meta


def main(place: Path) -> None:
    sym, numbers = mx.sym, weights()
    data = sym.Variable("data")
    values = sym.Convolution(data, kernel=(3, 3), pad=(1, 1), num_filter=FIRST, name="first")
    values = sym.Activation(values, act_type="relu")
    values = sym.pad(values, mode="constant", pad_width=(0, 0, 0, 0, 0, 1, 0, 1))
    values = sym.Convolution(values, kernel=(3, 3), stride=(2, 2), num_filter=SECOND, name="second")
    values = sym.Activation(values, act_type="relu")
    values = sym.Flatten(sym.Pooling(values, global_pool=True, pool_type="avg", kernel=(1, 1)))
    logits = sym.FullyConnected(values, num_hidden=CLASSES, name="dense")
    parameters = {
        "first_weight": numbers["first"].transpose(3, 2, 0, 1),
        "first_bias": numbers["first_bias"],
        "second_weight": numbers["second"].transpose(3, 2, 0, 1),
        "second_bias": numbers["second_bias"],
        "dense_weight": numbers["dense"].T,
        "dense_bias": numbers["dense_bias"],
    }
    write_meta(place / "mxnet", "mxnet", layout="NCHW")
    arrays = {name: mx.nd.array(value) for name, value in parameters.items()}
    mx.model.save_checkpoint(str(place / "mxnet" / "model"), 0, logits, arrays, {})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
