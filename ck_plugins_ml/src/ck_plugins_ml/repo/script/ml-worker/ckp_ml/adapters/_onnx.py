"""What the file of an ONNX model tells that no runtime does."""

from __future__ import annotations

import mmap

from ckp_ml.adapter import Options
from ckp_ml.failure import Failure

_STATIC, _DYNAMIC = (
    b"\x22" + bytes([len(one)]) + one for one in (b"QuantizeLinear", b"DynamicQuantizeLinear")
)
"""A node's ``op_type``: field 4 of ``NodeProto``, of a length, then the name."""


def check_calibration(options: Options) -> None:
    """What is quantised anew for each image, was converted without calibration.

    Raises:
        Failure: such a model is said to be int8.
    """
    if options.model.precision != "int8" or options.path.suffix != ".onnx":
        return
    with options.path.open("rb") as file, mmap.mmap(
        file.fileno(), 0, access=mmap.ACCESS_READ
    ) as raw:
        is_dynamic = raw.find(_DYNAMIC) >= 0 and raw.find(_STATIC) < 0
    if is_dynamic:
        raise Failure(
            f"model {options.model.name} is said to be int8, but quantises anew at each query: it "
            "was converted without calibration",
            "convert it with a calibration set, or do not call it int8",
        )
