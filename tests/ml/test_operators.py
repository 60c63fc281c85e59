"""Complaints of real frameworks about an operator that they lack, as they printed them."""

from __future__ import annotations

import pytest

from ckp_ml.operators import missing_operator

COMPLAINTS = {
    "tflite-runtime 2.14.0, LiteRT 2.3.0": (
        "Encountered unresolved custom op: Erfinv. See instructions: the guide. Node number 2 "
        "(Erfinv) failed to prepare.",
        "Erfinv",
    ),
    "tflite-runtime 2.14.0, of a newer model": (
        "Didn't find op for builtin opcode 'FULLY_CONNECTED' version '12'. An older version of "
        "this builtin might be supported.",
        "FULLY_CONNECTED",
    ),
    "ONNX Runtime 1.32.0": (
        "[ONNXRuntimeError] : 10 : INVALID_GRAPH : Load model from model.onnx failed:This is an "
        'invalid model. In Node, ("", Unheard, "", -1) : ("scores": tensor(float),) -> ("logits": '
        "tensor(float),) , Error No Op registered for Unheard with domain_version of 13",
        "Unheard",
    ),
    "OpenVINO 2026.4.1": (
        "Check 'false' failed at unconverted_ops_report.cpp:151: FrontEnd API failed with "
        "OpConversionFailure: Model wasn't fully converted. Summary: -- No conversion rule found "
        "for operations: Unheard-13",
        "Unheard",
    ),
    "Arm NN 20.08": (
        "Failed to parse operator #2 within subgraph #0 error: Operator not supported. subgraph:0 "
        "operator:2 opcode_index:2 opcode: / CUSTOM at function ParseUnsupportedOperator",
        "CUSTOM",
    ),
}


@pytest.mark.parametrize("framework", COMPLAINTS)
def test_the_operator_is_found(framework: str) -> None:
    complaint, name = COMPLAINTS[framework]
    assert missing_operator(complaint) == name


def test_other_complaints_name_none() -> None:
    assert missing_operator("Model provided has model identifier 'ABCD', should be 'TFL3'") == ""
