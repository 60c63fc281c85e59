"""ONNX Runtime on the CPU."""

from __future__ import annotations

from functools import partial
from typing import Any

from ckp_ml.adapter import Options, Session, batched, refuse, same
from ckp_ml.adapters._onnx import check_calibration
from ckp_ml.apart import CHECKING, apart
from ckp_ml.failure import Failure
from ckp_ml.importing import framework
from ckp_ml.tensors import Tensor

_LEVELS = {
    "all": "ORT_ENABLE_ALL",
    "extended": "ORT_ENABLE_EXTENDED",
    "basic": "ORT_ENABLE_BASIC",
    "off": "ORT_DISABLE_ALL",
}
_TYPES = {"float": "float32", "float16": "float16", "double": "float64"}


def load(options: Options) -> Session:
    """A query is ``run`` with an array, which it reads where it lies."""
    refuse(options, "ONNX Runtime", delegate=("none",))
    with apart(CHECKING):
        check_calibration(options)
    runtime = framework("onnxruntime")
    session = runtime.InferenceSession(
        str(options.path), _session_options(runtime, options), providers=["CPUExecutionProvider"]
    )
    taken = _only_input(session, options)
    return Session(
        version=runtime.__version__,
        input=_with_batch(taken, options),
        outputs=tuple(map(_tensor, session.get_outputs())),
        bind=lambda values: {taken.name: values},
        run=partial(session.run, None),
        fetch=same,
        backend=session.get_providers()[0],
    )


def _session_options(runtime: Any, options: Options) -> Any:
    """Operators run side by side only where several threads are to do that."""
    chosen = runtime.SessionOptions()
    chosen.log_severity_level = 3
    chosen.intra_op_num_threads = options.threads
    chosen.inter_op_num_threads = options.inter_threads
    if options.inter_threads > 1:
        chosen.execution_mode = runtime.ExecutionMode.ORT_PARALLEL
    level = getattr(runtime.GraphOptimizationLevel, _LEVELS[options.graph_optimization])
    chosen.graph_optimization_level = level
    return chosen


def _only_input(session: Any, options: Options) -> Tensor:
    inputs = session.get_inputs()
    if len(inputs) != 1:
        names = ", ".join(one.name for one in inputs)
        raise Failure(f"model {options.model.name} takes {len(inputs)} inputs ({names}), not one")
    return _tensor(inputs[0])


def _tensor(one: Any) -> Tensor:
    """Its shape has names for what is open, its type is a text: ``tensor(float)``."""
    kind = one.type.replace("tensor(", "").rstrip(")")
    shape = tuple(size if isinstance(size, int) else None for size in one.shape)
    return Tensor(name=one.name, shape=shape, dtype=_TYPES.get(kind, kind))


def _with_batch(tensor: Tensor, options: Options) -> Tensor:
    shape = batched(tensor.shape, options, "ONNX Runtime")
    return Tensor(name=tensor.name, shape=shape, dtype=tensor.dtype)
