"""Apache MXNet on the CPU, from a symbol and its parameters."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ckp_ml.adapter import Options, Session, refuse
from ckp_ml.failure import Failure
from ckp_ml.importing import framework
from ckp_ml.tensors import Tensor

_SYMBOL, _PARAMETERS = "-symbol.json", "-0000.params"


def load(options: Options) -> Session:
    """A query is ``forward``, and waiting: MXNet answers before it has computed.

    ``graph_optimization``: ``all`` takes the operators fused for oneDNN, ``off`` none of them.
    """
    refuse(options, "MXNet", delegate=("none",), graph_optimization=("all", "off"))
    _set_variables(options)
    mx = framework("mxnet")
    prefix = _prefix(options)
    symbol, arguments, auxiliary = mx.model.load_checkpoint(prefix, 0)
    name = _only_input(symbol, arguments, options)
    shape = _shape(options)
    executor = symbol.simple_bind(mx.cpu(), grad_req="null", **{name: shape})
    executor.copy_params_from(arguments, auxiliary)
    return Session(
        version=mx.__version__,
        input=Tensor(name=name, shape=shape, dtype="float32"),
        outputs=tuple(map(_output, executor.outputs)),
        bind=lambda values: mx.nd.array(values, dtype=values.dtype),
        run=_query(executor, name),
        fetch=lambda arrays: [one.asnumpy() for one in arrays],
        notes=_notes(executor, options),
    )


def _query(executor: Any, name: str) -> Any:
    def run(bound: Any) -> Any:
        answers = executor.forward(is_train=False, **{name: bound})
        for one in answers:
            one.wait_to_read()
        return answers

    return run


def _set_variables(options: Options) -> None:
    """MXNet reads them when it is loaded."""
    off = options.graph_optimization == "off"
    os.environ["MXNET_SUBGRAPH_BACKEND"] = "NONE" if off else "MKLDNN"
    os.environ["MXNET_CPU_WORKER_NTHREADS"] = str(options.inter_threads)
    os.environ["MXNET_SUBGRAPH_VERBOSE"] = "0"


def _prefix(options: Options) -> str:
    """What the names of both files begin with; of a directory it is the only symbol's."""
    path = options.path
    symbols = sorted(path.glob(f"*{_SYMBOL}")) if path.is_dir() else [path]
    prefix = str(symbols[0]).replace(_SYMBOL, "") if len(symbols) == 1 else ""
    if not prefix or not Path(f"{prefix}{_PARAMETERS}").is_file():
        raise Failure(
            f"{path} does not hold one NAME{_SYMBOL} with its NAME{_PARAMETERS}",
            "CKP_MODEL names the directory with both",
        )
    return prefix


def _only_input(symbol: Any, arguments: Any, options: Options) -> str:
    """What has no value in the parameters; labels that a loss would need are none."""
    names = [one for one in symbol.list_arguments() if one not in arguments]
    inputs = [one for one in names if not one.endswith("label")]
    if len(inputs) != 1:
        raise Failure(f"model {options.model.name} takes {len(inputs)} inputs, not one")
    return inputs[0]  # type: ignore[no-any-return]


def _shape(options: Options) -> tuple[int, ...]:
    return (options.batch, *options.model.input.image_shape)


def _output(array: Any) -> Tensor:
    return Tensor(name="", shape=tuple(array.shape), dtype=str(array.dtype.__name__))


def _notes(executor: Any, options: Options) -> tuple[str, ...]:
    fused = "sg_mkldnn" in executor.get_optimized_symbol().tojson()
    if fused == (options.graph_optimization == "all"):
        return ()
    return (
        ("MXNet fuses no operators of this model",) if not fused else ("MXNet fuses all the same",)
    )
