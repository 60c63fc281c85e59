"""The hook *postprocess*: what ``script:quantum-worker`` has counted and found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ck_core import hookimpl
from ck_core.analysis.metrics import metric_of
from ck_core.domain.metric import Metric
from ck_core.domain.run import RunRequest, RunResult
from ck_core.system.json_files import StrangeFileError
from ck_plugins_quantum.metrics.documents import (
    COUNTS,
    SOLUTION,
    TIMINGS,
    Solution,
    Timings,
    read_sample,
    read_solution,
    read_timings,
)
from ck_plugins_quantum.metrics.sampling import ideal_success, sample_metrics, together
from ck_plugins_quantum.metrics.tries import solution_metrics

_SDK = "CKP_QUANTUM_SDK"
"""Set by the SDK's installation: of other programs no file is looked at."""
_S = 1e-9


@hookimpl
def postprocess(request: RunRequest, result: RunResult) -> Mapping[str, Metric]:
    """Nothing for programs that run no SDK, or have written none of the files.

    A file that nothing can be made of is a wrong output, with the reason.

    Raises:
        UsageError: a file is of another schema.
    """
    if not request.environment.get(_SDK):
        return {}
    places = [one.directory for one in result.repetitions if (one.directory / TIMINGS).exists()]
    try:
        return {one.name: one for one in _metrics(places)} if places else {}
    except StrangeFileError as problem:
        return {"correct": Metric(name="correct", value=False, detail=str(problem))}


def _metrics(places: Sequence[Path]) -> Iterator[Metric]:
    timings = [read_timings(one) for one in places]
    yield from _measured(timings)
    if all((one / COUNTS).exists() for one in places):
        sample = together([read_sample(one) for one in places])
        seeds = {one.seed: one.run_ns for one in timings}
        yield from sample_metrics(sample, sum(seeds.values()) * _S)
        yield from ideal_success(sample).values()
    if all((one / SOLUTION).exists() for one in places):
        yield from solution_metrics(_all_tries(places))


def _all_tries(places: Sequence[Path]) -> Solution:
    """Of all repetitions; those of one seed are the same try, taken once."""
    solutions = [read_solution(one) for one in places]
    by_seed = {one.seed: one for solution in solutions for one in solution.tries}
    return replace(solutions[0], tries=tuple(by_seed.values()))


def _measured(timings: Sequence[Timings]) -> Iterator[Metric]:
    """Medians of the repetitions; depth and gates are of the last, as they were run."""
    yield metric_of("transpile_s", (one.transpile_ns * _S for one in timings))
    yield metric_of("run_s", (one.run_ns * _S for one in timings), detail="on the backend")
    rates = [one.shots / (one.run_ns * _S) for one in timings if one.run_ns]
    yield metric_of("shots_per_s", rates)
    last = timings[-1]
    for name in ("depth", "two_qubit_gates", "gates", "qubits", "circuits"):
        yield Metric(name=name, value=getattr(last, name))
