"""TensorFlow's SavedModel; the batch stays open."""

from __future__ import annotations

from ckp_convert.job import Job
from ckp_convert.keras_network import export, keras_network


def convert(job: Job) -> None:
    job.only("fp32")
    export(keras_network(job.network), str(job.directory / "model"), None)
    given = {**job.network.meta["input"], "layout": "NHWC"}
    job.describe(job.network.meta, format="savedmodel", file="model", input=given)
