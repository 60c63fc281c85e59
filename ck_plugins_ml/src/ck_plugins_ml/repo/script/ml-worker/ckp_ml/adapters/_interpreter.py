"""The interpreter of TensorFlow Lite, which LiteRT has as well."""

from __future__ import annotations

from functools import partial
from importlib import metadata
from typing import Any

import numpy as np

from ckp_ml.adapter import Options, Session, refuse, same
from ckp_ml.apart import CHECKING, apart
from ckp_ml.failure import Failure, lacks_memory
from ckp_ml.tensors import INTEGERS, Tensor


def session_of(module: Any, options: Options, *, package: str, title: str) -> Session:
    """A query is ``set_tensor``, ``invoke`` and ``get_tensor``, as every user of it calls them.

    Raises:
        Failure: the batch, the delegate or an option cannot be had.
    """
    refuse(options, title, inter_threads=(1,), graph_optimization=("all",))
    interpreter = _interpreter(module, options)
    _resize(interpreter, options, title)
    given = interpreter.get_input_details()[0]
    answered = interpreter.get_output_details()
    places = [one["index"] for one in answered]
    with apart(CHECKING):
        _check_calibration(interpreter, options)
        delegate, notes = _delegated(interpreter, options)
    return Session(
        version=metadata.version(package.replace("_", "-")),
        input=_tensor(given),
        outputs=tuple(map(_tensor, answered)),
        bind=same,
        run=partial(_query, interpreter, given["index"], places),
        fetch=same,
        delegate=delegate,
        notes=notes,
    )


def _query(interpreter: Any, given: int, places: list[int], values: Any) -> list[Any]:
    interpreter.set_tensor(given, values)
    interpreter.invoke()
    return [interpreter.get_tensor(place) for place in places]


def _interpreter(module: Any, options: Options) -> Any:
    """XNNPACK is what it takes by itself; without it there are the built-in operators alone."""
    resolvers = module.OpResolverType
    without = resolvers.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    return module.Interpreter(
        model_path=str(options.path),
        num_threads=options.threads,
        experimental_op_resolver_type=resolvers.AUTO if options.delegate == "xnnpack" else without,
    )


def _resize(interpreter: Any, options: Options, title: str) -> None:
    given = _only_input(interpreter, options)
    shape = [int(one) for one in given["shape"]]
    resized = bool(shape) and shape[0] != options.batch
    if resized:
        interpreter.resize_tensor_input(given["index"], [options.batch, *shape[1:]])
    try:
        interpreter.allocate_tensors()
    except RuntimeError as error:
        if not str(error):  # so it says that it has got no memory
            raise MemoryError from error
        if not resized or lacks_memory(str(error)):
            raise
        raise Failure(
            f"model {options.model.name} takes {shape[0]} at a time, and {title} cannot resize it "
            f"to {options.batch}: {error}",
            f"take --batch {shape[0]}, or a model whose batch is open",
        ) from error


def _only_input(interpreter: Any, options: Options) -> Any:
    inputs = interpreter.get_input_details()
    if len(inputs) != 1:
        names = ", ".join(one["name"] for one in inputs)
        raise Failure(f"model {options.model.name} takes {len(inputs)} inputs ({names}), not one")
    return inputs[0]


def _delegated(interpreter: Any, options: Options) -> tuple[str, tuple[str, ...]]:
    """What is really in use, from the nodes that are executed: XNNPACK may decline silently."""
    shape = interpreter.get_input_details()[0]
    zeros = np.zeros(shape["shape"], shape["dtype"])
    _query(interpreter, shape["index"], [], zeros)  # some delegates come with the first query
    names = [str(one["op_name"]).upper() for one in interpreter._get_ops_details()]
    if any("XNNPACK" in name or name == "DELEGATE" for name in names):
        return "xnnpack", ()
    if options.delegate == "xnnpack":
        return "none", ("XNNPACK takes no operator of this model: it runs without",)
    return "none", ()


def _check_calibration(interpreter: Any, options: Options) -> None:
    """Weights of 8 bits between numbers of 32 come from a conversion without calibration."""
    if options.model.precision != "int8":
        return
    computed = _computed(interpreter)
    between = [one for one in interpreter.get_tensor_details() if one["index"] in computed]
    if not any(np.dtype(one["dtype"]).name in INTEGERS for one in between):
        raise Failure(
            f"model {options.model.name} is said to be int8, but computes in 32 bits between "
            "weights of 8: it was converted without calibration",
            "convert it with a calibration set, or do not call it int8",
        )


def _computed(interpreter: Any) -> set[int]:
    """What is no weight: images, and what an operator writes (no public interface tells it)."""
    operators = interpreter._get_ops_details()
    inputs = {one["index"] for one in interpreter.get_input_details()}
    return inputs.union(int(place) for one in operators for place in one["outputs"])


def _tensor(details: dict[str, Any]) -> Tensor:
    """One scale for the whole tensor; the old interface says 0 where there is none."""
    scale, zero_point = details["quantization"]
    return Tensor(
        name=str(details["name"]),
        shape=tuple(int(one) for one in details["shape"]),
        dtype=np.dtype(details["dtype"]).name,
        scale=float(scale),
        zero_point=int(zero_point),
    )
