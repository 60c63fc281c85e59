"""The accuracies that MLPerf's rules want."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ck_core.domain.metric import Metric
from ck_core.errors import UsageError

IMAGENET = 50_000


@dataclass(frozen=True, kw_only=True)
class Target:
    """``reference`` is of the model in fp32, of which the rules want this ``share``.

    Attributes:
        images: that it is meant on; of fewer nothing official can be said.
    """

    metric: str
    reference: float
    share: float
    images: int

    @property
    def least(self) -> float:
        return self.reference * self.share


OFFICIAL: Mapping[str, Target] = {
    "resnet50": Target(metric="accuracy_top1", reference=0.7646, share=0.99, images=IMAGENET),
    "mobilenet": Target(metric="accuracy_top1", reference=0.7168, share=0.98, images=IMAGENET),
}
"""By LoadGen's name of the model, of those that classify. Source: MLPerf Inference Rules,
"Benchmarks"; mobilenet is of the rounds 0.5 to 1.0."""


def accuracy_metric(model: str, wanted: str, found: Mapping[str, Metric], images: int) -> Metric:
    """``mlperf_accuracy_ok``: whether what was reached is enough; None with the reason.

    Args:
        wanted: what the user wants instead of the rules' target; empty where nothing was said.
        found: the accuracies of this run.
    """
    target = OFFICIAL.get(model)
    if wanted:
        return _judged(found.get("accuracy_top1"), _share(wanted), "as was asked for")
    if target is None:
        return _unknown(f"MLPerf has no target for {model}: --accuracy-target names one")
    if images != target.images:
        return _unknown(f"the target of {model} is for {target.images:,} images, not {images:,}")
    share = f"{target.share:.0%} of {target.reference:.4g}"
    return _judged(found.get(target.metric), target.least, f"{share}, by MLPerf's rules")


def _share(text: str) -> float:
    """Raises UsageError: a variable may hold anything, an option is checked before."""
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise UsageError(f"CKP_MLPERF_ACCURACY_TARGET is {text!r:.40}, not a number from 0 to 1")
    return share


def _judged(accuracy: Metric | None, least: float, why: str) -> Metric:
    if accuracy is None or accuracy.value is None:
        return _unknown(accuracy.detail if accuracy else "no accuracy was measured")
    detail = f"{accuracy.name} {accuracy.value:.4f}, wanted is {least:.4f} ({why})"
    return Metric(name="mlperf_accuracy_ok", value=accuracy.value >= least, detail=detail)


def _unknown(why: str) -> Metric:
    return Metric(name="mlperf_accuracy_ok", value=None, detail=why)
