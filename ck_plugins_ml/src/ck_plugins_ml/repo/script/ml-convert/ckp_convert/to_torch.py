"""TorchScript, traced."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import torch

from ckp_convert.job import Job
from ckp_convert.torch_network import TorchNetwork, example


def convert(job: Job) -> None:
    job.only("fp32")
    warnings.simplefilter("ignore")  # that TorchScript is old; it is what is asked for
    traced = torch.jit.trace(TorchNetwork(job.network).eval(), example(job.network))
    file = job.directory / "model.pt"
    traced.save(str(file))
    _without_paths(file)
    given = {**job.network.meta["input"], "layout": "NCHW"}
    job.describe(job.network.meta, format="torchscript", file=file.name, input=given)


def _without_paths(file: Path) -> None:
    """It notes in which file of this machine each line stood, and runs without."""
    with zipfile.ZipFile(file) as archive:
        kept = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:  # stored, as TorchScript wants it
        for name, content in kept.items():
            if not name.endswith(".debug_pkl"):
                archive.writestr(name, content)
