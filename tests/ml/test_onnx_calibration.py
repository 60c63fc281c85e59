"""An ONNX model whose 8 bits nobody has calibrated is no int8 model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ckp_ml.adapter import Options
from ckp_ml.adapters._onnx import check_calibration
from ckp_ml.failure import Failure
from ckp_ml.model import read_model
from ml.kit import meta


def node(kind: bytes) -> bytes:
    """Input, output, op_type: fields 1, 2 and 4 of NodeProto."""
    return b"\x0a\x01x\x12\x01y\x22" + bytes([len(kind)]) + kind


@pytest.fixture
def options(tmp_path: Path) -> Options:
    (tmp_path / "model.json").write_text(json.dumps(meta(precision="int8")), encoding="utf-8")
    (tmp_path / "model.onnx").write_bytes(b"\x08\x08")
    return Options(model=read_model(tmp_path / "model.onnx", tmp_path / "model.json"))


def test_quantised_anew_at_each_query(options: Options) -> None:
    options.path.write_bytes(node(b"DynamicQuantizeLinear") + node(b"MatMulInteger"))
    with pytest.raises(Failure, match="converted without calibration; convert it with"):
        check_calibration(options)


@pytest.mark.parametrize(
    "content",
    [
        node(b"QuantizeLinear") + node(b"DequantizeLinear"),
        node(b"DynamicQuantizeLinear") + node(b"QuantizeLinear"),
        node(b"Conv") + b"a comment on DynamicQuantizeLinear",
    ],
)
def test_others_are_taken(options: Options, content: bytes) -> None:
    options.path.write_bytes(content)
    check_calibration(options)
