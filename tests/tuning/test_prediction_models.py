"""Similarity of programs, and models that learn from what others gained."""

from __future__ import annotations

from math import inf, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.comparison import compare
from ck_core.domain.tuning.options import MODELS
from ck_core.errors import UsageError
from ck_core.tuning.prediction import predicting
from ck_core.tuning.prediction.evaluation import Answer
from ck_core.tuning.prediction.experience import Experience, Outcome
from ck_core.tuning.prediction.similarity import Features, distances

FAST = {"-O": "-Ofast"}
UNROLLED = {"-funroll": "-funroll"}
learned = pytest.mark.parametrize("model", MODELS)


def features(floats: float, *, loads: float = 0.2, size: float = 100) -> Features:
    return {"floats_share": floats, "loads_share": loads, "mean_block": 5.0, "blocks": size}


def test_the_more_alike_the_nearer() -> None:
    others = [features(0.5), features(0.1), features(0.0, loads=0.3)]
    alike, near, far = distances(features(0.5), others)
    assert alike == 0
    assert 0 < near < far


def test_the_size_of_a_program_does_not_count() -> None:
    (apart,) = distances(features(0.5, size=10), [features(0.5, size=100_000)])
    assert apart == 0


def test_programs_without_features_are_infinitely_far() -> None:
    assert distances(features(0.5), [{}, features(0.4)])[0] == inf
    assert distances({}, [features(0.4), {}]) == [inf, inf]
    assert distances({"a_share": 1.0}, [{"b_share": 1.0}]) == [inf]


shares = st.dictionaries(
    st.sampled_from(["a_share", "b_share", "mean_c", "d"]),
    st.floats(0, 1) | st.floats(),
    max_size=4,
)


@given(shares, st.lists(shares, max_size=5))
def test_distances_are_of_any_programs(program: Features, others: list[Features]) -> None:
    found = distances(program, others)
    assert len(found) == len(others)
    assert all(one >= 0 for one in found)


def experiences(seed: int, programs: int = 12, trials: int = 15) -> list[Experience]:
    """FAST helps where there are many floats, UNROLLED where there are few; with 2 % of noise."""
    source, found = Random(seed), []
    for at in range(programs):
        floats = at % 2 * 0.5 + source.uniform(0, 0.1)
        own = FAST if floats > 0.3 else UNROLLED
        other = UNROLLED if floats > 0.3 else FAST
        gains = [({}, 1.0), (own, 1.4), (other, 0.8), ({**own, "-g": "-g1"}, 1.3)]
        outcomes = [
            Outcome(configuration=configuration, log_gain=log(gain) + source.gauss(0, 0.02))
            for configuration, gain in gains * (trials // len(gains))
        ]
        found.append(
            Experience(
                program=f"p{at}",
                features=features(floats, loads=source.uniform(0.1, 0.3), size=source.random()),
                winner=own,
                gain=1.4,
                outcomes=tuple(outcomes),
            )
        )
    return found


@learned
@pytest.mark.parametrize("seed", range(3))
def test_each_model_finds_what_suits(model: str, seed: int) -> None:
    if model != "nearest":
        pytest.importorskip("sklearn")
    guess = predicting.MODELS[model]
    known = experiences(seed)
    for floats, best in ((0.55, FAST), (0.05, UNROLLED)):
        first = guess(features(floats), known, seed)[0]
        assert first.configuration == best
        assert 1.2 < first.gain < 1.5


@learned
def test_any_seed_of_a_search_is_taken(model: str) -> None:
    if model != "nearest":
        pytest.importorskip("sklearn")
    assert predicting.MODELS[model](features(0.5), experiences(0), 2**63 - 1)


@pytest.mark.parametrize("model", [one for one in MODELS if one != "nearest"])
def test_the_default_is_predicted_where_winners_are_worse(model: str) -> None:
    pytest.importorskip("sklearn")
    known = [
        Experience(
            program=f"p{at}",
            features=features(at / 10),
            winner=FAST if at == 0 else {},
            gain=1.01 if at == 0 else 1.0,
            outcomes=tuple(
                Outcome(configuration=configuration, log_gain=gain)
                for configuration, gain in [({}, 0.0), (FAST, 0.01 if at == 0 else -0.5)] * 4
            ),
        )
        for at in range(8)
    ]
    assert predicting.MODELS[model](features(0.7), known, 0)[0].configuration == {}


@pytest.mark.parametrize("model", [one for one in MODELS if one != "nearest"])
def test_nothing_is_learned_from_nothing(model: str) -> None:
    pytest.importorskip("sklearn")
    one = Experience(program="p", features=features(0.5), winner=FAST, gain=2.0, outcomes=())
    with pytest.raises(UsageError, match="hold no trials"):
        predicting.MODELS[model](features(0.5), 3 * [one], 0)


def test_the_nearest_answers_in_order() -> None:
    guesses = predicting.MODELS["nearest"](features(0.55), experiences(0), 0)
    assert [one.configuration for one in guesses] == 6 * [FAST] + 6 * [UNROLLED]


@pytest.mark.parametrize(("before", "ratio"), [(2.0, 2.0), (0.0, None)])
def test_a_difference_is_no_ratio(before: float, ratio: float | None) -> None:
    """The geometric mean is of ratios alone."""
    gain = compare([1.0] * 8, [before] * 8, paired=True)
    assert Answer(gain=gain).ratio == ratio
    gain = compare([-1.0] * 8, [before] * 8, paired=True)
    assert Answer(gain=gain).ratio is None


def test_the_command_line_offers_all_models() -> None:
    assert tuple(predicting.MODELS) == MODELS
