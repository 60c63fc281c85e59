"""TensorFlow on the CPU, from a SavedModel."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from ckp_ml.adapter import Options, Session, batched, refuse
from ckp_ml.failure import Failure
from ckp_ml.importing import framework
from ckp_ml.tensors import Tensor

_SIGNATURE = "serving_default"


def load(options: Options) -> Session:
    """A query is a call of the model's signature with a tensor; its outputs are tensors."""
    refuse(options, "TensorFlow", delegate=("none",), graph_optimization=("all", "off"))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    tf = framework("tensorflow")
    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    tf.config.threading.set_inter_op_parallelism_threads(options.inter_threads)
    off = options.graph_optimization == "off"
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": off})
    model = tf.saved_model.load(str(options.path))
    function = _signature(model, options)
    name, spec = _only_input(function, options)
    return Session(
        version=tf.__version__,
        input=_tensor(name, spec, options),
        outputs=_outputs(function),
        bind=lambda values: {name: tf.constant(values)},
        run=partial(_query, function, model),
        fetch=lambda tensors: [one.numpy() for one in tensors],
    )


def _query(function: Any, _model: Any, bound: dict[str, Any]) -> list[Any]:
    """The model is held: its variables go with it."""
    return list(function(**bound).values())


def _signature(model: Any, options: Options) -> Any:
    function = model.signatures.get(_SIGNATURE)
    if function is None:
        known = ", ".join(model.signatures) or "none"
        raise Failure(
            f"{options.path.name} has no signature {_SIGNATURE!r} (it has {known})",
            "export it with one: model.export(PATH)",
        )
    return function


def _only_input(function: Any, options: Options) -> tuple[str, Any]:
    inputs = function.structured_input_signature[1]
    if len(inputs) != 1:
        raise Failure(f"model {options.model.name} takes {len(inputs)} inputs, not one")
    return next(iter(inputs.items()))  # type: ignore[no-any-return]


def _tensor(name: str, spec: Any, options: Options) -> Tensor:
    shape = batched(tuple(spec.shape.as_list()), options, "TensorFlow")
    return Tensor(name=name, shape=shape, dtype=spec.dtype.name)


def _outputs(function: Any) -> tuple[Tensor, ...]:
    outputs = function.structured_outputs
    return tuple(
        Tensor(name=name, shape=tuple(one.shape.as_list()), dtype=one.dtype.name)
        for name, one in outputs.items()
    )
