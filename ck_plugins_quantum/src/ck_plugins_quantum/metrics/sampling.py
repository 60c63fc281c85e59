"""Metrics of counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite

from ck_core.domain.metric import Metric
from ck_plugins_quantum.metrics.documents import Sample
from ck_plugins_quantum.metrics.fidelity import hellinger, total_variation
from ck_plugins_quantum.metrics.intervals import Estimate, wilson
from ck_plugins_quantum.metrics.solving import to_solution

_FIDELITIES = {"fidelity_hellinger": hellinger, "fidelity_total_variation": total_variation}


def together(samples: Sequence[Sample]) -> Sample:
    """Counts of different seeds are added; those of one seed are the same sample, taken once."""
    by_seed = {one.seed: one for one in samples}
    counts = Counter[str]()
    for one in by_seed.values():
        counts.update(one.counts)
    return replace(samples[0], counts=counts)


def sample_metrics(sample: Sample, run_s: float) -> Iterator[Metric]:
    """Args: run_s: what its backend took for all its shots."""
    yield from _fidelities(sample)
    if sample.success is None:
        return
    hits = sum(sample.counts.get(word, 0) for word in sample.success)
    chance = wilson(hits, sample.shots)
    detail = f"{hits} of {sample.shots} shots"
    yield metric("success_probability", chance, detail)
    sure = f"once with {sample.probability:.0%}"
    yield metric("shots_to_solution", to_solution(1.0, chance, sample.probability), sure)
    each = run_s / sample.shots
    yield metric("time_to_solution_s", to_solution(each, chance, sample.probability), sure)


def metric(name: str, found: Estimate, detail: str) -> Metric:
    """Without a value where it is infinite; an end that is infinite is left out."""
    if not isfinite(found.value):
        return Metric(name=name, value=None, detail="no try has succeeded")
    low, high = (one if isfinite(one) else None for one in (found.low, found.high))
    return Metric(name=name, value=found.value, low=low, high=high, detail=detail)


def _fidelities(sample: Sample) -> Iterator[Metric]:
    for name, fidelity in _FIDELITIES.items():
        if sample.ideal is None:
            yield Metric(name=name, value=None, detail=f"no ideal distribution: {sample.reason}")
        else:
            detail = f"{sample.shots} shots, {len(sample.ideal)} possible outcomes"
            yield metric(name, fidelity(sample.counts, sample.ideal), detail)


def ideal_success(sample: Sample) -> Mapping[str, Metric]:
    """What no noise would reach, where both are known."""
    if sample.ideal is None or sample.success is None:
        return {}
    value = sum(sample.ideal.get(word, 0.0) for word in sample.success)
    return {"success_ideal": Metric(name="success_ideal", value=min(1.0, value))}
