"""ONNX by PyTorch's exporter; the batch stays open."""

from __future__ import annotations

import contextlib
import io
import logging

import torch

from ckp_convert.job import Job
from ckp_convert.torch_network import TorchNetwork, example

_OPSET = 18


def convert(job: Job) -> None:
    job.only("fp32")
    file = job.directory / "model.onnx"
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with contextlib.redirect_stdout(io.StringIO()):  # it reports its progress there
        program = torch.onnx.export(
            TorchNetwork(job.network).eval(),
            (example(job.network),),
            input_names=["images"],
            output_names=["logits"],
            opset_version=_OPSET,
            dynamo=True,
            dynamic_shapes=({0: torch.export.Dim("batch")},),
        )
    program.save(str(file), external_data=False)
    given = {**job.network.meta["input"], "layout": "NCHW"}
    job.describe(job.network.meta, format="onnx", file=file.name, input=given)
