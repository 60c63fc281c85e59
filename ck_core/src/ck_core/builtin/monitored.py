"""What monitors measured becomes metrics: ``--minimize energy_j``."""

from __future__ import annotations

from collections.abc import Mapping

from ck_core import hookimpl
from ck_core.analysis.metrics import metric_of
from ck_core.domain.metric import Metric
from ck_core.domain.run import RunRequest, RunResult


@hookimpl
def postprocess(request: RunRequest, result: RunResult) -> Mapping[str, Metric]:  # noqa: ARG001  # the hook's
    """The median of each value that every repetition has."""
    found = [one.monitored for one in result.repetitions]
    common = set.intersection(*map(set, found)) if found else set()
    return {name: metric_of(name, [one[name] for one in found]) for name in sorted(common)}
