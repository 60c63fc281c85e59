"""Which converter: by the name of a format, or of a network that is made."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Callable

from ckp_convert.job import Job
from ckp_convert.refusal import FAILED, Refusal

FORMATS = {
    "fashion-mobilenet": "fashion_mobilenet",
    "efficientnet-lite": "efficientnet_lite",
    "torchscript": "to_torch",
    "onnx": "to_onnx",
    "onnx-quantized": "quantized_onnx",
    "savedmodel": "to_savedmodel",
    "tflite": "to_tflite",
    "mxnet": "to_mxnet",
}


def main(arguments: list[str]) -> int:
    """0, or FAILED with its line."""
    try:
        name, directory = _asked(arguments)
        _converter(name)(_job(directory))
    except Refusal as refusal:
        print(f"ckp-convert: {refusal}", file=sys.stderr)
        return FAILED
    return 0


def _asked(arguments: list[str]) -> tuple[str, Path]:
    if len(arguments) != 2 or arguments[0] not in FORMATS:
        raise Refusal(f"convert.py FORMAT DIRECTORY; FORMAT is one of {', '.join(FORMATS)}")
    return arguments[0], Path(arguments[1])


def _converter(format_name: str) -> Callable[[Job], None]:
    """Its module imports its framework."""
    try:
        module = importlib.import_module(f"ckp_convert.{FORMATS[format_name]}")
    except ImportError as error:
        raise Refusal(f"{sys.executable} cannot make {format_name}: {error}") from None
    convert: Callable[[Job], None] = module.convert
    return convert


def _job(directory: Path) -> Job:
    source = os.environ.get("CKP_MODEL", "")
    if not source:
        raise Refusal("the variable CKP_MODEL is not set: packages name what they convert")
    return Job(
        source=Path(source),
        directory=directory,
        precision=os.environ.get("CKP_PRECISION") or "fp32",
        variant=os.environ.get("CKP_VARIANT", ""),
    )
