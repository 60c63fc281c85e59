"""Arm NN, from a TFLite model, by PyArmNN."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ckp_ml.adapter import Options, Session, batched, refuse
from ckp_ml.failure import Failure
from ckp_ml.importing import framework
from ckp_ml.rehearsal import rehearse
from ckp_ml.tensors import INTEGERS, Tensor

_BACKENDS = ("CpuAcc", "CpuRef")
"""The faster first; Debian's PC has the reference alone."""


def load(options: Options) -> Session:
    """A query is ``EnqueueWorkload`` with tensors made before.

    Raises:
        Failure: the batch cannot be had; Arm NN ends the whole process on the model.
    """
    refuse(
        options,
        "Arm NN",
        delegate=("none",),
        graph_optimization=("all",),
        threads=(1,),
        inter_threads=(1,),
    )
    with _silence():
        ann = framework("pyarmnn")
    rehearse(lambda: _session(ann, options), "Arm NN", options)
    return _session(ann, options)


def _session(ann: Any, options: Options) -> Session:
    parser = ann.ITfLiteParser()
    network = parser.CreateNetworkFromBinaryFile(str(options.path))
    given, answered = _only_input(parser, options), _outputs(parser)
    runtime = ann.IRuntime(ann.CreationOptions())
    place, backend = _loaded(ann, runtime, network)
    results = ann.make_output_tensors(answered)
    taken = _tensor(ann, given)
    return Session(
        version=ann.__version__,
        input=replace(taken, shape=batched(taken.shape, options, "Arm NN")),
        outputs=tuple(_tensor(ann, one) for one in answered),
        bind=lambda values: ann.make_input_tensors([given], [values]),
        run=lambda bound: runtime.EnqueueWorkload(place, bound, results),
        fetch=lambda _: [one.copy() for one in ann.workload_tensors_to_ndarray(results)],
        backend=backend,
    )


def _loaded(ann: Any, runtime: Any, network: Any) -> tuple[int, str]:
    """The network's number in the runtime, and the backend that computes it."""
    known = {str(one) for one in runtime.GetDeviceSpec().GetSupportedBackends()}
    backend = next((one for one in _BACKENDS if one in known), "")
    if not backend:
        raise Failure("Arm NN has no backend", "apt-get install libarmnn-cpuref-backend22")
    wanted = [ann.BackendId(backend)]
    optimised, _ = ann.Optimize(network, wanted, runtime.GetDeviceSpec(), ann.OptimizerOptions())
    place, error = runtime.LoadNetwork(optimised)
    if error:
        raise Failure(f"Arm NN cannot load the network: {error}")
    return int(place), backend


def _only_input(parser: Any, options: Options) -> Any:
    names = parser.GetSubgraphInputTensorNames(0)
    if len(names) != 1:
        raise Failure(f"model {options.model.name} takes {len(names)} inputs, not one")
    return parser.GetNetworkInputBindingInfo(0, names[0])


def _outputs(parser: Any) -> list[Any]:
    names = parser.GetSubgraphOutputTensorNames(0)
    return [parser.GetNetworkOutputBindingInfo(0, name) for name in names]


def _tensor(ann: Any, binding: Any) -> Tensor:
    info = binding[1]
    types = {
        ann.DataType_Float32: "float32",
        ann.DataType_Float16: "float16",
        ann.DataType_QAsymmU8: "uint8",
        ann.DataType_QAsymmS8: "int8",
        ann.DataType_QSymmS8: "int8",
    }
    dtype = types.get(info.GetDataType(), f"type {info.GetDataType()}")
    is_quantised = dtype in INTEGERS
    return Tensor(
        name="",
        shape=tuple(int(one) for one in info.GetShape()),
        dtype=dtype,
        scale=float(info.GetQuantizationScale()) if is_quantised else 0.0,
        zero_point=int(info.GetQuantizationOffset()) if is_quantised else 0,
    )


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """It tells of each parser that Debian leaves out."""
    with contextlib.redirect_stderr(io.StringIO()):
        yield
    logging.getLogger().setLevel(logging.WARNING)
