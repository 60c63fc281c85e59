"""Metrics of counts and of tries, against what one computes by hand."""

from __future__ import annotations

import subprocess
import sys
from math import inf, log, sqrt
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.errors import UsageError
from ck_plugins_quantum.metrics.fidelity import hellinger, total_variation
from ck_plugins_quantum.metrics.intervals import wilson
from ck_plugins_quantum.metrics.solving import repetitions, to_solution
from quantum.metrics_kit import attempt, judged, repetition, sample, solution, timings

HALVES = {"0": 0.5, "1": 0.5}


def test_wilson_by_hand() -> None:
    """8 of 10: the textbook's 0.490 to 0.943."""
    found = wilson(8, 10)
    assert (found.value, found.low, found.high) == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-4)
    assert (wilson(0, 7).low, wilson(7, 7).high) == (0.0, 1.0)


def test_hellinger_by_hand() -> None:
    """(sqrt(.6 .5) + sqrt(.4 .5)) ** 2 = .5 + 2 sqrt(.3 .2) = .989898"""
    found = hellinger({"0": 60, "1": 40}, HALVES)
    assert found.value == pytest.approx(0.5 + 2 * sqrt(0.06))
    assert found.low == pytest.approx(found.value * wilson(100, 100).low)
    assert found.high == 1.0
    few = hellinger({"0": 30, "1": 70}, HALVES)
    error = sqrt((1 - few.value) / 400)
    assert few.low == pytest.approx((sqrt(few.value) - 1.959964 * error) ** 2, abs=1e-6)


@pytest.mark.parametrize("shots", [1, 10, 1000])
def test_a_fidelity_of_one_outcome_is_its_share(shots: int) -> None:
    """All shots are right; what else a machine may do is what Wilson's interval leaves open."""
    found = hellinger({"0": shots}, {"0": 1.0})
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(shots / (shots + 1.959964**2))


def test_hellinger_of_what_shares_nothing_and_of_the_same() -> None:
    assert hellinger({"1": 10}, {"0": 1.0}).value == 0
    assert hellinger({"0": 10}, {"0": 1.0}).value == 1
    assert hellinger({"0": 50, "1": 50}, {"0": 1.0}).value == pytest.approx(0.5)


def test_total_variation_by_hand() -> None:
    """(.1 + .1) / 2 = .1; reach sqrt(ln(40) / 200) = .13581; above it sqrt(1 / 100) / 2 = .05."""
    found = total_variation({"0": 60, "1": 40}, HALVES)
    assert found.value == pytest.approx(0.9)
    assert found.low == pytest.approx(0.9 - sqrt(log(40) / 200))
    assert found.high == 1.0


def test_total_variation_of_what_shares_nothing() -> None:
    found = total_variation({"1": 10_000}, {"0": 1.0})
    assert found.value == 0
    assert found.high == pytest.approx(sqrt(log(40) / 20_000) + sqrt(1 / 10_000) / 2)


@pytest.mark.parametrize("fidelity", [hellinger, total_variation])
def test_intervals_hold_the_true_value(fidelity: Any) -> None:
    """Of 400 samples from another distribution; a 95 % interval fails in 20, rarely in 36."""
    source, words = Random(3), ["00", "01", "10", "11"]
    truth, ideal = [0.4, 0.1, 0.2, 0.3], dict(zip(words, [0.25] * 4, strict=True))
    exact = {
        hellinger: sum(sqrt(p * 0.25) for p in truth) ** 2,
        total_variation: 1 - sum(abs(p - 0.25) for p in truth) / 2,
    }[fidelity]
    missed = 0
    for _ in range(400):
        drawn = source.choices(words, truth, k=300)
        found = fidelity({word: drawn.count(word) for word in words}, ideal)
        missed += not found.low <= exact <= found.high
    assert missed <= 36


@pytest.mark.parametrize("wrong", [0.002, 0.01, 0.05, 0.3])
def test_rare_impossible_outcomes_are_within_the_interval(wrong: float) -> None:
    """With one possible outcome; 200 shots often see none of the others."""
    source, missed = Random(5), 0
    for _ in range(400):
        bad = sum(source.random() < wrong for _ in range(200))
        found = hellinger({"0": 200 - bad, "1": bad}, {"0": 1.0})
        missed += not found.low <= 1 - wrong <= found.high
    assert missed <= 36


@pytest.mark.parametrize("fidelity", [hellinger, total_variation])
def test_a_perfect_machine_is_within_its_interval(fidelity: Any) -> None:
    source, words = Random(4), ["00", "01", "10", "11"]
    ideal, missed = dict.fromkeys(words, 0.25), 0
    for _ in range(400):
        drawn = source.choices(words, k=200)
        missed += fidelity({word: drawn.count(word) for word in words}, ideal).high < 1
    assert missed <= 36


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**6), min_size=1).filter(
        lambda one: sum(one.values()) > 0
    ),
    st.lists(st.floats(0, 1), min_size=6, max_size=6).filter(lambda one: sum(one) > 0.01),
)
def test_fidelities_stay_between_0_and_1(counts: dict[str, int], weights: list[float]) -> None:
    ideal = {word: one / sum(weights) for word, one in zip("abcdef", weights, strict=True)}
    for fidelity in (hellinger, total_variation):
        found = fidelity(counts, ideal)
        assert 0 <= found.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.high <= 1


def test_repetitions_by_hand() -> None:
    """Half of all tries succeed: ln .1 / ln .5 = 3.3219."""
    assert repetitions(0.5, 0.9) == pytest.approx(3.321928)
    assert repetitions(0.99, 0.9) == repetitions(1.0, 0.9) == repetitions(0.9, 0.9) == 1
    assert repetitions(0.0, 0.9) == inf


def test_time_to_solution_has_the_interval_of_success() -> None:
    found = to_solution(2.0, wilson(5, 10), 0.9)
    assert found.value == pytest.approx(6.643856)
    assert found.low == pytest.approx(2 * log(0.1) / log(1 - wilson(5, 10).high))
    assert found.high == pytest.approx(2 * log(0.1) / log(1 - wilson(5, 10).low))


def test_a_run_of_a_circuit(tmp_path: Path) -> None:
    found = judged(repetition(tmp_path / "1", counts=sample(), timings=timings()))
    assert found["fidelity_hellinger"].value == pytest.approx(0.989898, abs=1e-6)
    assert found["fidelity_total_variation"].value == pytest.approx(0.9)
    success = found["success_probability"]
    assert (success.value, success.detail) == (0.4, "40 of 100 shots")
    assert success.low == pytest.approx(0.3094, abs=1e-4)
    assert found["success_ideal"].value == 0.5
    assert found["shots_to_solution"].value == pytest.approx(log(0.1) / log(0.6))
    assert found["time_to_solution_s"].value == pytest.approx(log(0.1) / log(0.6) / 100)
    assert found["shots_per_s"].value == 100
    assert (found["depth"].value, found["two_qubit_gates"].value) == (2, 2)
    assert found["transpile_s"].value == 0.005


def test_repetitions_of_one_seed_are_one_sample(tmp_path: Path) -> None:
    same = [repetition(tmp_path / str(n), counts=sample(), timings=timings()) for n in range(3)]
    assert judged(*same)["success_probability"].detail == "40 of 100 shots"


def test_repetitions_of_other_seeds_are_added(tmp_path: Path) -> None:
    several = [
        repetition(
            tmp_path / str(n),
            counts=sample(seed=n, counts={"00": 50 + n, "11": 50 - n}),
            timings=timings(seed=n),
        )
        for n in (1, 2)
    ]
    found = judged(*several)
    assert found["success_probability"].detail == "97 of 200 shots"
    assert found["time_to_solution_s"].value == pytest.approx(log(0.1) / log(1 - 0.485) / 100)


def test_without_an_ideal_the_reason_is_told(tmp_path: Path) -> None:
    counts = sample(ideal=None, ideal_reason="more than 20 qubits", success=None)
    found = judged(repetition(tmp_path / "1", counts=counts, timings=timings()))
    assert found["fidelity_hellinger"].value is None
    assert found["fidelity_hellinger"].detail == "no ideal distribution: more than 20 qubits"
    assert "success_probability" not in found


def test_no_success_is_no_number(tmp_path: Path) -> None:
    counts = sample(success=["01"])
    found = judged(repetition(tmp_path / "1", counts=counts, timings=timings()))
    assert found["success_probability"].value == 0
    assert found["time_to_solution_s"].value is None
    assert found["time_to_solution_s"].detail == "no try has succeeded"


def energies(*values: float, bar: float | None = 0.01) -> list[dict[str, Any]]:
    return [
        attempt(seed=place, energy=one, energy_error_bar=bar) for place, one in enumerate(values)
    ]


def test_energies_of_tries(tmp_path: Path) -> None:
    """Two of four within .15 of -1.1; each takes 2 s: 2 ln .1 / ln .5 = 6.64 s."""
    tries = energies(-1.1, -1.0, -0.5, 0.0)
    found = judged(repetition(tmp_path / "1", solution=solution(*tries), timings=timings()))
    assert found["energy"].value == pytest.approx(-0.75)
    assert found["energy_error"].value == pytest.approx(0.35)
    assert (found["tries_good"].value, found["tries_good"].detail) == (0.5, "2 of 4 tries")
    assert found["time_to_solution_s"].value == pytest.approx(6.643856)
    assert found["shots_to_solution"].value == pytest.approx(332.1928)
    assert found["try_s"].value == 2


def test_an_energy_of_one_try_has_the_error_of_its_shots(tmp_path: Path) -> None:
    given_tries = solution(*energies(-1.09))
    found = judged(repetition(tmp_path / "1", solution=given_tries, timings=timings()))
    energy, error = found["energy"], found["energy_error"]
    assert (energy.low, energy.high) == pytest.approx((-1.09 - 0.0196, -1.09 + 0.0196), abs=1e-5)
    assert (error.value, error.low, error.high) == pytest.approx((0.01, 0, 0.0296), abs=1e-4)


def test_accuracy_of_a_classifier(tmp_path: Path) -> None:
    tries = [attempt(seed=n, right=right, count=60) for n, right in enumerate((40, 48, 54))]
    told = solution(*tries, exact=None)
    found = judged(repetition(tmp_path / "1", solution=told, timings=timings()))
    accuracy = found["accuracy"]
    assert (accuracy.value, accuracy.low) == pytest.approx((0.8, wilson(48, 60).low))
    assert found["tries_good"].detail == "2 of 3 tries"
    assert found["time_to_solution_s"].value == pytest.approx(2 * log(0.1) / log(1 / 3))


def test_a_cut(tmp_path: Path) -> None:
    tries = [attempt(seed=n, ratio=one, hits=n, hit_shots=10) for n, one in ((1, 0.9), (2, 0.7))]
    told = solution(*tries, exact=None)
    found = judged(repetition(tmp_path / "1", solution=told, timings=timings()))
    assert found["approximation_ratio"].value == pytest.approx(0.8)
    assert found["success_probability"].detail == "3 of 20 shots"
    assert found["tries_good"].detail == "1 of 2 tries"


def test_programs_without_an_sdk_are_left_alone(tmp_path: Path) -> None:
    one = repetition(tmp_path / "1", counts="nonsense", timings="nonsense")
    assert judged(one, environment={}) == {}
    assert judged(repetition(tmp_path / "2")) == {}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"counts": {}}, "'counts' is no object"),
        ({"counts": {"0": -1}}, "'counts' is no object"),
        ({"counts": {"0": True}}, "'counts' is no object"),
        ({"counts": {"0": 7}}, "are not those of all 'shots'"),
        ({"ideal": {"0": 0.4}}, "chances of 'ideal' are 0.4, not 1"),
        ({"ideal": {"0": 2, "1": -1}}, "no object of chances"),
        ({"success": "00"}, "'success' is no list"),
        ({"probability": 1.0}, "'probability' is no number between"),
        ({"seed": None}, "'seed' is no whole number"),
        ({"schema": None}, "no 'schema'"),
    ],
)
def test_a_damaged_file_is_a_wrong_output(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    found = judged(repetition(tmp_path / "1", counts=sample(**changes), timings=timings()))
    assert found.keys() == {"correct"}
    assert found["correct"].value is False
    assert reason in found["correct"].detail


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (solution(), "'tries' is no list"),
        (solution(attempt(right=5)), "'right' is no part of 'count'"),
        (solution(attempt(right=5, count=4)), "'right' is no part of 'count'"),
        (solution(attempt(energy="low")), "'energy' is no number"),
        (solution(attempt(energy=1.0, energy_error_bar=-1)), "is negative"),
        (solution(attempt(), delta=0), "'delta' is no number above 0"),
    ],
)
def test_a_damaged_solution(tmp_path: Path, told: dict[str, Any], reason: str) -> None:
    found = judged(repetition(tmp_path / "1", solution=told, timings=timings()))
    assert reason in found["correct"].detail


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"schema": 1}', "[" * 100_000])
def test_what_is_no_json_is_told(tmp_path: Path, text: str) -> None:
    found = judged(repetition(tmp_path / "1", counts=sample(), timings=text))
    assert found["correct"].value is False


def test_another_schema_is_refused(tmp_path: Path) -> None:
    one = repetition(tmp_path / "1", counts=sample(schema=2), timings=timings())
    with pytest.raises(UsageError, match=r"counts\.json has schema 2"):
        judged(one)


def test_the_hook_imports_no_sdk_and_no_numpy() -> None:
    code = "import ck_plugins_quantum.metrics.plugin, sys; print('numpy' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
