"""Whether a loaded model is what its model.json says, and what was asked for."""

from __future__ import annotations

from ckp_ml.adapter import Options, Session
from ckp_ml.failure import Failure
from ckp_ml.tensors import INTEGERS, TAKEN, Tensor

_FIX = "correct its model.json, or convert the model anew"


def check_session(session: Session, options: Options) -> None:
    """Raises Failure."""
    _check_shape(session.input, options)
    _check_type(session.input, options)
    _check_batch(session.outputs, options)


def _check_shape(tensor: Tensor, options: Options) -> None:
    wanted = options.model.input
    expected = (options.batch, *wanted.image_shape)
    told = tuple(one if one else other for one, other in zip(tensor.shape, expected))
    if len(tensor.shape) != len(expected) or told != expected:
        raise Failure(
            f"model {options.model.name} takes {_shape(tensor.shape)}, its model.json says "
            f"{_shape(expected)} ({wanted.layout})",
            _FIX,
        )


def _check_type(tensor: Tensor, options: Options) -> None:
    wanted, name = options.model.input, options.model.name
    if tensor.dtype not in TAKEN:
        known = ", ".join(TAKEN)
        raise Failure(f"model {name} takes {tensor.dtype}, which is none of {known}", _FIX)
    if tensor.dtype != wanted.dtype:
        raise Failure(
            f"model {name} takes {tensor.dtype}, its model.json says {wanted.dtype}", _FIX
        )
    raw = tensor.dtype == "uint8" and wanted.takes_pixels
    if tensor.dtype in INTEGERS and not tensor.scale and not raw:
        raise Failure(
            f"model {name} takes {tensor.dtype} but tells no quantisation (scale, zero point)",
            "convert it with a calibration set; without one its numbers mean nothing",
        )


def _check_batch(outputs: tuple[Tensor, ...], options: Options) -> None:
    for one in outputs:
        own = one.shape[0] if one.shape else None
        if own not in {None, options.batch}:
            raise Failure(
                f"model {options.model.name} answers {own} at a time when it is given "
                f"{options.batch}: its batch is fixed",
                f"take --batch {own}, or a model whose batch is open",
            )


def _shape(shape: tuple[int | None, ...]) -> str:
    return "x".join("?" if one is None else str(one) for one in shape) or "a number"
