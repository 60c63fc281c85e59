"""Numbers on their way into a model and out of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckp_ml.classification import best, softmax
from ckp_ml.model import Input
from ckp_ml.tensors import Tensor, dequantised, quantised, to_input

TYPES = st.sampled_from(["int8", "uint8"])
SCALES = st.floats(1e-4, 10)


def tensor(dtype: str = "float32", scale: float = 0.0, zero_point: int = 0) -> Tensor:
    return Tensor("it", (None, 4, 4, 1), dtype, scale, zero_point)


def taken(layout: str = "NHWC", channels: int = 1, **numbers: Any) -> Input:
    mean, scale = numbers.get("mean", (0.0,)), numbers.get("scale", (1.0,))
    return Input(layout, 2, 3, channels, "float32", mean * channels, scale * channels)


@given(TYPES, SCALES, st.integers(-100, 100), st.lists(st.floats(-1e4, 1e4), min_size=1))
def test_an_integer_is_at_most_half_a_step_away_or_at_the_end(
    dtype: str, scale: float, zero_point: int, values: list[float]
) -> None:
    one, given_values = tensor(dtype, scale, zero_point), np.array(values, np.float32)
    integers = quantised(given_values, one)
    limits = np.iinfo(dtype)
    inside = (integers > limits.min) & (integers < limits.max)
    error = np.abs(dequantised(integers, one) - given_values)
    assert integers.dtype == dtype
    assert (error[inside] <= np.float32(scale) * 0.51 + 1e-4 * np.abs(given_values[inside])).all()
    assert (
        integers[given_values > (limits.max - zero_point + 1) * scale * 1.001] == limits.max
    ).all()


@given(TYPES, SCALES, st.integers(0, 100))
def test_every_integer_comes_back(dtype: str, scale: float, zero_point: int) -> None:
    limits = np.iinfo(dtype)
    integers = np.arange(limits.min, limits.max + 1).astype(dtype)
    one = tensor(dtype, scale, zero_point)
    np.testing.assert_array_equal(quantised(dequantised(integers, one), one), integers)


def test_halves_go_to_the_even_one_and_what_is_too_large_to_the_end() -> None:
    found = quantised(np.array([0.5, 1.5, 2.5, -0.5, 1000, -1000], np.float32), tensor("int8", 1.0))
    assert found.tolist() == [0, 2, 2, 0, 127, -128]


@given(
    st.integers(1, 9),
    st.integers(1, 5),
    st.sampled_from([1, 3]),
    st.sampled_from(["NHWC", "NCHW"]),
    st.integers(0, 255),
)
def test_inputs_against_a_plain_loop(
    count: int, batch: int, channels: int, layout: str, mean: int
) -> None:
    pixels = np.random.RandomState(count).randint(0, 256, (count, 2, 3, channels)).astype(np.uint8)
    wanted = taken(layout, channels, mean=(float(mean),), scale=(0.25,))
    found = to_input(pixels, batch, wanted, tensor())
    assert found.flags.c_contiguous
    assert len(found) % batch == 0
    assert len(found) - batch < count <= len(found)
    for n in range(len(found)):
        for row, column, channel in np.ndindex(2, 3, channels):
            value = (float(pixels[min(n, count - 1), row, column, channel]) - mean) * 0.25
            place = (row, column, channel) if layout == "NHWC" else (channel, row, column)
            assert found[n][place] == pytest.approx(value)


@given(st.lists(st.floats(-80, 80, width=32), min_size=2, max_size=20))
def test_probabilities_add_up(values: list[float]) -> None:
    found = softmax(np.array([values], np.float32))
    assert found.sum() == pytest.approx(1, abs=1e-5)
    assert np.isfinite(found).all()


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=12), st.integers(1, 5))
def test_the_best_are_those_of_a_stable_sort(values: list[int], count: int) -> None:
    expected = sorted(range(len(values)), key=lambda one: (-values[one], one))[:count]
    assert best(np.array([values], np.float32), count)[0].tolist() == expected
