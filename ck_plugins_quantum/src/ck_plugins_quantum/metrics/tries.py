"""Metrics of a solver's tries: energies, accuracies, time to solution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from ck_core.analysis.metrics import metric_of
from ck_core.analysis.proportions import Z
from ck_core.domain.metric import Metric
from ck_plugins_quantum.metrics.documents import Solution, Try
from ck_plugins_quantum.metrics.intervals import wilson
from ck_plugins_quantum.metrics.sampling import metric
from ck_plugins_quantum.metrics.solving import to_solution

_S = 1e-9


def solution_metrics(solution: Solution) -> Iterator[Metric]:
    tries = solution.tries
    yield from _energies(solution)
    yield from _accuracies(tries)
    yield from _ratios(tries)
    yield metric_of("try_s", (one.wall_ns * _S for one in tries), detail=_of(tries))
    yield Metric(name="shots_per_try", value=median(one.shots for one in tries))
    yield Metric(name="circuits_per_try", value=median(one.circuits for one in tries))
    yield from _to_solution(solution)


def good(one: Try, solution: Solution) -> bool | None:
    """Whether a try is a solution; None where nothing says so."""
    if one.right is not None and one.count is not None:
        return one.right / one.count >= solution.accuracy
    if one.energy is not None and solution.exact is not None:
        return abs(one.energy - solution.exact) <= solution.delta
    if one.ratio is not None:
        return one.ratio >= 1 - solution.delta
    return None


def _energies(solution: Solution) -> Iterator[Metric]:
    """The median try's; of a single one with the error bar of its shots."""
    found = [one for one in solution.tries if one.energy is not None]
    if not found:
        return
    yield _energy("energy", found, 0.0, detail=_of(found))
    if solution.exact is not None:
        yield _energy("energy_error", found, solution.exact, detail=f"of {solution.exact:.6f}")


def _energy(name: str, found: Sequence[Try], exact: float, *, detail: str) -> Metric:
    """Its difference from ``exact``: with sign where that is 0, else its size."""
    values = [(one.energy or 0.0) - exact for one in found]
    if name == "energy_error":
        values = [abs(one) for one in values]
    bar = found[0].energy_error_bar
    if len(found) > 1 or bar is None:
        return metric_of(name, values, detail=detail)
    low, high = values[0] - Z * bar, values[0] + Z * bar
    low = max(0.0, low) if name == "energy_error" else low
    return Metric(
        name=name, value=values[0], low=low, high=high, detail=f"{detail}; from its shots"
    )


def _accuracies(tries: Sequence[Try]) -> Iterator[Metric]:
    """The median try's, with the interval that its things give: more tries show no more of them."""
    found = [one for one in tries if one.right is not None and one.count is not None]
    if not found:
        return
    ordered = sorted(found, key=lambda one: (one.right or 0) / (one.count or 1))
    middle = ordered[(len(ordered) - 1) // 2]
    chance = wilson(middle.right or 0, middle.count or 1)
    yield metric("accuracy", chance, f"{middle.right} of {middle.count}; {_of(found)}")


def _ratios(tries: Sequence[Try]) -> Iterator[Metric]:
    ratios = [one.ratio for one in tries if one.ratio is not None]
    if ratios:
        yield metric_of("approximation_ratio", ratios, detail=_of(tries))
    hits = sum(one.hits or 0 for one in tries)
    shots = sum(one.hit_shots or 0 for one in tries)
    if shots:
        yield metric("success_probability", wilson(hits, shots), f"{hits} of {shots} shots")


def _to_solution(solution: Solution) -> Iterator[Metric]:
    """Each try is one that a seed decides; how many are good is counted as shots are."""
    known = [(one, good(one, solution)) for one in solution.tries]
    judged = [(one, verdict) for one, verdict in known if verdict is not None]
    if not judged:
        return
    hits = sum(verdict for _, verdict in judged)
    chance = wilson(hits, len(judged))
    yield metric("tries_good", chance, f"{hits} of {len(judged)} tries")
    for name, each in _costs([one for one, _ in judged]):
        found = to_solution(each, chance, solution.probability)
        yield metric(
            name, found, f"once with {solution.probability:.0%}, {hits} of {len(judged)} tries"
        )


def _costs(tries: Sequence[Try]) -> Iterator[tuple[str, float]]:
    """Means, as CK has it: a try that fails costs as well."""
    yield "time_to_solution_s", sum(one.wall_ns for one in tries) * _S / len(tries)
    yield "shots_to_solution", sum(one.shots for one in tries) / len(tries)


def _of(tries: Sequence[Try]) -> str:
    return "one try" if len(tries) == 1 else f"median of {len(tries)} tries"
