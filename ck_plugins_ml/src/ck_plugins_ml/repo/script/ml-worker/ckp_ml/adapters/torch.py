"""PyTorch on the CPU, from TorchScript."""

from __future__ import annotations

import warnings
from typing import Any, Callable

from ckp_ml.adapter import Options, Session, refuse
from ckp_ml.apart import CHECKING, apart
from ckp_ml.failure import Failure, lacks_memory
from ckp_ml.importing import framework
from ckp_ml.tensors import Tensor


def load(options: Options) -> Session:
    """A query is a call of the module with a tensor, in inference mode.

    ``graph_optimization``: ``off`` runs the module as it was saved, ``basic`` freezes it, ``all``
    also has it optimised for inference.
    """
    refuse(options, "PyTorch", delegate=("none",), graph_optimization=("all", "basic", "off"))
    torch = framework("torch")
    torch.set_num_threads(options.threads)
    torch.set_num_interop_threads(options.inter_threads)
    run = _in_inference_mode(torch, _module(torch, options), options)
    with apart(CHECKING):
        outputs = _outputs(torch, run, options)
    return Session(
        version=torch.__version__.split("+")[0],
        input=_input(options),
        outputs=outputs,
        bind=torch.from_numpy,
        run=run,
        fetch=lambda answer: [one.numpy() for one in _tensors(answer)],
    )


def _in_inference_mode(torch: Any, module: Any, options: Options) -> Callable[[Any], Any]:
    """Both are of a thread, and LoadGen asks in one of its own."""
    optimised = options.graph_optimization != "off"

    def run(images: Any) -> Any:
        torch._C._set_graph_executor_optimize(optimised)
        with torch.inference_mode():
            return module(images)

    return run


def _module(torch: Any, options: Options) -> Any:
    level = options.graph_optimization
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it calls TorchScript deprecated, which the file is
        module = torch.jit.load(str(options.path), map_location="cpu").eval()
        if level != "off":
            module = torch.jit.freeze(module)
        return torch.jit.optimize_for_inference(module) if level == "all" else module


def _input(options: Options) -> Tensor:
    """TorchScript does not tell it: model.json is believed, and the first query tries it."""
    return Tensor(name="input", shape=(options.batch, None, None, None), dtype=_dtype(options))


def _dtype(options: Options) -> str:
    return options.model.input.dtype


def _outputs(torch: Any, run: Callable[[Any], Any], options: Options) -> tuple[Tensor, ...]:
    shape = (options.batch, *options.model.input.image_shape)
    zeros = torch.zeros(shape, dtype=getattr(torch, _dtype(options)))
    try:
        answer = run(zeros)
    except RuntimeError as error:
        if lacks_memory(str(error)):
            raise MemoryError from error
        raise Failure(
            f"model {options.model.name} does not take {'x'.join(map(str, zeros.shape))}: "
            f"{str(error).strip().splitlines()[-1]}",
            "correct its model.json, or take a batch that it was traced for: --batch 1",
        ) from error
    return tuple(
        Tensor(name=f"output {n}", shape=tuple(one.shape), dtype=str(one.dtype).split(".")[-1])
        for n, one in enumerate(_tensors(answer))
    )


def _tensors(answer: Any) -> list[Any]:
    return list(answer) if isinstance(answer, (list, tuple)) else [answer]
