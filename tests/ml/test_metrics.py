"""Metrics of predictions and query times: by hand, and against counting everything."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ck_core.analysis.proportions import wilson
from ck_core.domain.metric import Metric
from ck_core.errors import UsageError
from ck_plugins_ml.metrics.accuracy import accuracy_metrics
from ck_plugins_ml.metrics.confusion import confusion
from ck_plugins_ml.metrics.documents import Predictions
from ck_plugins_ml.metrics.latency import nearest_rank
from ml.metrics_kit import judged, latencies, predictions, repetition

NORMAL_975 = 1.959963984540054


def values(found: Any) -> dict[str, float]:
    return {name: one.value for name, one in found.items()}


def test_a_case_by_hand(tmp_path: Path) -> None:
    found = judged(repetition(tmp_path / "rep-0", latencies(), predictions()))
    expected = {
        "latency_s": 25e-9,
        "latency_mean_s": 25e-9,
        "latency_p90_s": 40e-9,
        "latency_p99_s": 40e-9,
        "throughput_per_s": 4 / 100e-9,
        "load_s": 5e-6,
        "model_bytes": 123,
        "accuracy_top1": 1 / 3,
        "accuracy_top5": 2 / 3,
    }
    assert values(found) == pytest.approx(expected)
    assert found["accuracy_top1"].detail == "1 of 3 images; 1 have no label"
    assert (found["latency_s"].low, found["latency_s"].high) == pytest.approx((10e-9, 40e-9))


def test_wilson_as_printed_elsewhere() -> None:
    """R. G. Newcombe, Two-sided confidence intervals for the single proportion (1998), table I."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


@given(some.integers(1, 10**6), some.data())
def test_wilson_solves_the_equation_it_is_defined_by(count: int, data: some.DataObject) -> None:
    """Its ends are the proportions from which the share lies exactly z standard errors away."""
    right = data.draw(some.integers(0, count))
    low, high = wilson(right, count)
    assert 0 <= low <= right / count <= high <= 1
    for end in (low, high):
        away = (right / count - end) ** 2
        assert away == pytest.approx(NORMAL_975**2 * end * (1 - end) / count, rel=1e-6, abs=1e-15)


@given(some.lists(some.integers(0, 99), min_size=1, max_size=300), some.integers(1, 99))
def test_the_nearest_rank_is_the_first_value_that_suffices(times: list[int], percent: int) -> None:
    enough = [
        one
        for one in times
        if Fraction(sum(other <= one for other in times), len(times)) >= Fraction(percent, 100)
    ]
    assert nearest_rank(sorted(times), percent) == min(enough)


@some.composite
def answers(draw: some.DrawFn) -> Predictions:
    classes = draw(some.integers(1, 12))
    row = some.permutations(range(classes)).map(lambda order: list(order)[:5])
    top = draw(some.lists(row, min_size=1, max_size=40))
    label = some.none() | some.integers(0, classes - 1)
    labels = draw(some.lists(label, min_size=len(top), max_size=len(top)))
    return Predictions(classes=classes, labels=labels, top=top)


@given(answers())
def test_accuracy_and_confusion_are_what_counting_gives(given_ones: Predictions) -> None:
    pairs = [
        (label, top)
        for label, top in zip(given_ones.labels, given_ones.top, strict=True)
        if label is not None
    ]
    found, table = accuracy_metrics(given_ones), confusion(given_ones)
    for name, count in (("accuracy_top1", 1), ("accuracy_top5", 5)):
        hits = sum(label in top[:count] for label, top in pairs)
        is_told = pairs and (count == 1 or given_ones.classes > 5)
        assert found[name].value == (hits / len(pairs) if is_told else None)
    assert (table.labelled, table.unlabelled) == (len(pairs), len(given_ones.top) - len(pairs))
    for one in table.classes:
        assert one.images == sum(label == one.number for label, _ in pairs)
        assert one.predicted == sum(top[0] == one.number for _, top in pairs)
        assert one.right == sum(label == top[0] == one.number for label, top in pairs)
    assert sum(one.right for one in table.classes) == sum(label == top[0] for label, top in pairs)


def test_without_labels_nothing_is_said_of_accuracy(tmp_path: Path) -> None:
    unlabelled = predictions(labels=[None] * 4)
    found = judged(repetition(tmp_path / "rep-0", latencies(), unlabelled))
    assert found["accuracy_top1"].value is None
    assert found["accuracy_top1"].detail == "none of 4 images has a label"
    assert found["latency_s"].value


def test_several_repetitions(tmp_path: Path) -> None:
    """Times are the median of repetitions; what images say of accuracy they say once."""
    runs = [
        repetition(tmp_path / f"rep-{n}", latencies(query_ns=[n] * 4), predictions())
        for n in (30, 10, 20)
    ]
    found = judged(*runs)
    alone = judged(runs[0])
    assert found["latency_s"].value == pytest.approx(20e-9)
    assert (found["latency_s"].low, found["latency_s"].high) == pytest.approx((10e-9, 30e-9))
    assert found["accuracy_top1"] == alone["accuracy_top1"]
    other = predictions(top=[[9, 1, 2, 3, 4]] * 4)
    both = judged(*runs, repetition(tmp_path / "rep-other", latencies(), other))
    assert both["accuracy_top1"].low == alone["accuracy_top1"].low
    assert both["accuracy_top1"].value == pytest.approx(1 / 3)


def test_another_task_has_times_only(tmp_path: Path) -> None:
    boxes = {"schema": 1, "task": "object-detection", "boxes": []}
    found = judged(repetition(tmp_path / "rep-0", latencies(), boxes))
    assert "latency_s" in found
    assert not [name for name in found if name.startswith("accuracy")]


def test_other_programs_are_left_alone(tmp_path: Path) -> None:
    theirs = repetition(tmp_path / "rep-0", "their own", "theirs as well")
    assert judged(theirs, environment={}) == {}
    assert judged(repetition(tmp_path / "rep-1", None, None)) == {}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    found = judged(repetition(tmp_path / "rep-0", latencies(), None))
    assert found["latency_s"].value
    assert found["accuracy_top1"].value is None
    assert found["accuracy_top1"].detail == "predictions.json was not written"
    without_times = judged(repetition(tmp_path / "rep-1", None, predictions()))
    assert "latencies.json cannot be read" in without_times["correct"].detail


STRANGE: list[tuple[Any, Any, str]] = [
    ('{"schema": 1, "query_ns": [1', predictions(), "latencies.json is no JSON"),
    ("[]", predictions(), "latencies.json is no JSON object"),
    ("{}", predictions(), "latencies.json has no 'schema'"),
    ("[" * 100_000, predictions(), "latencies.json nests too deep"),
    (latencies(query_ns=[]), predictions(), "'query_ns' is no list of times"),
    (latencies(query_ns=[1, -1]), predictions(), "'query_ns' is no list of times"),
    (latencies(query_ns=[1, True]), predictions(), "'query_ns' is no list of times"),
    ('{"schema": 1, "query_ns": [1, NaN]}', predictions(), "'query_ns' is no list of times"),
    (latencies(query_ns=[10**400]), predictions(), "'query_ns' is no list of times"),
    (latencies(images=0), predictions(), "'images' is 0"),
    (latencies(images="4"), predictions(), "'images' is no whole number"),
    (latencies(load_ns=-1), predictions(), "'load_ns' is no whole number"),
    (latencies(), "", "predictions.json is no JSON"),
    (latencies(), predictions(labels=[0]), "'labels' is no list of 4 entries"),
    (latencies(), predictions(top=None), "'top' is no list of 4 entries"),
    (latencies(images=5), predictions(), "'labels' is no list of 5 entries"),
    (latencies(), predictions(labels=[0, 1, 10, None]), "label 10 of image 2 is none of 10"),
    (latencies(), predictions(labels=[0, "1", 9, None]), "label '1' of image 1"),
    (latencies(), predictions(top=[[0] * 5] * 4), "'top' of image 0 is not 5 of 10 classes"),
    (latencies(), predictions(top=[[0, 1, 2, 3, 10]] * 4), "'top' of image 0"),
    (latencies(), predictions(top=[[0, 1]] * 4), "'top' of image 0"),
    (latencies(), predictions(top=[0, 1, 2, 3]), "'top' of image 0"),
    (latencies(), predictions(top=[[[], 1, 2, 3, 4]] * 4), "'top' of image 0"),
    (latencies(), predictions(classes=None), "'classes' is no whole number"),
]


@pytest.mark.parametrize(("times", "guesses", "told"), STRANGE)
def test_a_strange_file_is_a_wrong_output(
    tmp_path: Path, times: Any, guesses: Any, told: str
) -> None:
    found = judged(repetition(tmp_path / "rep-0", times, guesses))
    assert found.keys() == {"correct"}
    assert found["correct"].value is False
    assert told in found["correct"].detail


def test_another_schema_is_said(tmp_path: Path) -> None:
    newer = repetition(tmp_path / "rep-0", latencies(schema=2), predictions())
    with pytest.raises(UsageError, match=r"latencies.json has schema 2, this .* reads 1"):
        judged(newer)


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=5), inner),
    max_leaves=8,
)


@given(some.sampled_from(sorted(latencies())), some.sampled_from(sorted(predictions())), JSON, JSON)
def test_whatever_stands_there_is_judged(
    tmp_path_factory: pytest.TempPathFactory, one: str, other: str, first: Any, second: Any
) -> None:
    place = tmp_path_factory.mktemp("any") / "rep-0"
    written = repetition(place, latencies(**{one: first}), predictions(**{other: second}))
    try:
        found = judged(written)
    except UsageError:
        return
    assert all(isinstance(metric, Metric) for metric in found.values())


def test_ten_thousand_images_of_a_thousand_classes_take_no_half_second(tmp_path: Path) -> None:
    """Processor time: 0.02 s here, so the limit holds on slow machines as well."""
    chance = Random(7)
    top = [chance.sample(range(1000), 5) for _ in range(10_000)]
    labels = [chance.choice(row) if chance.random() < 0.8 else 3 for row in top]
    guesses = predictions(
        classes=1000, ids=[f"{n:08}.JPEG" for n in range(10_000)], labels=labels, top=top
    )
    times = latencies(images=10_000, query_ns=[chance.randrange(10**6) for _ in range(10_000)])
    written = repetition(
        tmp_path / "rep-0", times, {**guesses, "scores": [[0.1234567] * 5] * 10_000}
    )
    began = time.process_time()
    found = judged(written)
    assert time.process_time() - began < 0.5
    hits = sum(row[0] == label for row, label in zip(top, labels, strict=True))
    assert found["accuracy_top1"].value == hits / 10_000


def test_it_brings_nothing_heavy_into_ckp() -> None:
    code = "import ck_plugins_ml.metrics.plugin, sys, json; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "PIL", "scipy", "vl_convert"} & set(json.loads(done.stdout))
