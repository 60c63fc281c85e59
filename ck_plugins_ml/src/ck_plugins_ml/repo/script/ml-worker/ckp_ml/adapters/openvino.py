"""OpenVINO on the CPU, from ONNX, TFLite or its own format."""

from __future__ import annotations

from functools import partial
from typing import Any

from ckp_ml.adapter import Options, Session, refuse, same
from ckp_ml.adapters._onnx import check_calibration
from ckp_ml.apart import CHECKING, apart
from ckp_ml.failure import Failure
from ckp_ml.importing import framework
from ckp_ml.tensors import Tensor

_TYPES = {"f32": "float32", "f16": "float16", "u8": "uint8", "i8": "int8"}


def load(options: Options) -> Session:
    """A query is ``infer`` with an array, which it reads where it lies (``share_inputs``)."""
    refuse(options, "OpenVINO", delegate=("none",), graph_optimization=("all",), inter_threads=(1,))
    with apart(CHECKING):
        check_calibration(options)
    openvino = framework("openvino")
    core = openvino.Core()
    model = core.read_model(str(options.path))
    _resize(model, options)
    compiled = core.compile_model(model, "CPU", _properties(options))
    request = compiled.create_infer_request()
    return Session(
        version=openvino.__version__.split("-")[0],
        input=_tensor(compiled.input(0)),
        outputs=tuple(map(_tensor, compiled.outputs)),
        bind=same,
        run=partial(_query, request),
        fetch=same,
        threads=_threads(compiled),
        backend=f"CPU {compiled.get_property('INFERENCE_PRECISION_HINT').get_type_name()}",
        notes=_notes(compiled, options),
    )


def _query(request: Any, values: Any) -> list[Any]:
    answers = request.infer([values], share_inputs=True)
    return list(answers.values())


def _properties(options: Options) -> dict[str, Any]:
    """Some CPUs would compute in bfloat16 by default, which is neither fp32 nor fp16."""
    return {
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": 1,
        "INFERENCE_NUM_THREADS": options.threads,
        "INFERENCE_PRECISION_HINT": "f16" if options.model.precision == "fp16" else "f32",
    }


def _resize(model: Any, options: Options) -> None:
    if len(model.inputs) != 1:
        raise Failure(f"model {options.model.name} takes {len(model.inputs)} inputs, not one")
    shape = model.input(0).get_partial_shape()
    if shape[0].is_static and shape[0].get_length() == options.batch:
        return
    own = str(shape[0])
    shape[0] = options.batch
    try:
        model.reshape(shape)
    except RuntimeError as error:
        raise Failure(
            f"model {options.model.name} takes {own} at a time, and OpenVINO cannot make that "
            f"{options.batch}: {error}",
            f"take --batch {own}, or a model whose batch is open",
        ) from error


def _threads(compiled: Any) -> int:
    return int(compiled.get_property("INFERENCE_NUM_THREADS"))


def _notes(compiled: Any, options: Options) -> tuple[str, ...]:
    threads = _threads(compiled)
    if threads == options.threads:
        return ()
    return (f"OpenVINO takes {threads} threads, not {options.threads}: it has no more cores",)


def _tensor(port: Any) -> Tensor:
    partial_shape = port.get_partial_shape()
    shape = tuple(one.get_length() if one.is_static else None for one in partial_shape)
    kind = port.get_element_type().get_type_name()
    return Tensor(name=port.get_any_name(), shape=shape, dtype=_TYPES.get(kind, kind))
