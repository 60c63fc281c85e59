from __future__ import annotations

from cmath import exp, pi
from collections.abc import Callable
from functools import cache
from math import fsum

import pytest

from oracles.oracle_kit import assert_close, dataset_file, datasets_with, reference

PRINTED_BINS = 256
BANDS = 64


def read_samples(dataset: str) -> list[int]:
    return [int(word) for word in dataset_file(dataset).read_text().split()]


@cache
def lower_half(dataset: str) -> list[complex]:
    """The definition of the transform, one sum over all samples for each coefficient."""
    samples = read_samples(dataset)
    n = len(samples)
    roots = [exp(-2j * pi * k / n) for k in range(n)]
    return [
        sum(sample * roots[k * time % n] for time, sample in enumerate(samples)) / n
        for k in range(n // 2 + 1)
    ]


def forward(dataset: str) -> str:
    coefficients = lower_half(dataset)
    stride = max((len(coefficients) - 1) // PRINTED_BINS, 1)
    printed = list(enumerate(coefficients))[::stride]
    return "".join(f"{k} {value.real!r} {value.imag!r}\n" for k, value in printed)


def power(dataset: str) -> str:
    """A bin and its mirror image fall into one band; the total is the mean square (Parseval)."""
    coefficients = lower_half(dataset)
    last = len(coefficients) - 1
    bands: list[list[float]] = [[] for _ in range(BANDS)]
    for k, value in enumerate(coefficients):
        mirrored = 1 if k in (0, last) else 2
        bands[min(k * BANDS // last, BANDS - 1)].append(mirrored * abs(value) ** 2)
    samples = read_samples(dataset)
    mean_square = sum(sample**2 for sample in samples) / len(samples)
    lines = [f"band {band} {fsum(powers)!r}\n" for band, powers in enumerate(bands)]
    return "".join([*lines, f"total {mean_square!r}\n"])


@pytest.mark.parametrize("dataset", datasets_with(["signal", "integer-samples"]))
@pytest.mark.parametrize("expected", [forward, power])
def test_the_reference_is_the_transform_by_its_definition(
    expected: Callable[[str], str], dataset: str
) -> None:
    command = expected.__name__
    actual = reference("fft", command, dataset, "stdout.txt").read_text()
    assert_close("fft", command, actual, expected(dataset))
