"""Quantities on the screen."""

from __future__ import annotations

import pytest

from ck_core.cli.units import format_binary, format_bytes, format_metric, format_seconds
from ck_core.domain.metric import Metric


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0 s"),
        (5e-9, "5 ns"),
        (0.0325, "32.5 ms"),
        (0.9996, "1 s"),
        (59.94, "59.9 s"),
        (999.6, "1000 s"),
        (1234.5, "1234 s"),
        (-0.5, "-500 ms"),
    ],
)
def test_seconds(value: float, shown: str) -> None:
    assert format_seconds(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (17_200, "17.2 kB"),
        (999_600, "1 MB"),
        (1.5e12, "1.5 TB"),
        (5e12, "5 TB"),
        (1.5e15, "1500 TB"),
    ],
)
def test_bytes(value: float, shown: str) -> None:
    assert format_bytes(value) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (25_233_915_904, "23.5 GiB"),
        (1010 * 1024, "1010 KiB"),
        (1024**2 - 1, "1 MiB"),
        (2**60, "1048576 TiB"),
    ],
)
def test_binary_bytes(count: int, shown: str) -> None:
    assert format_binary(count) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("wall_s", "250 ms"),
        ("energy_j", "250 mJ"),
        ("execution_time_kernel_0", "250 ms"),
        ("images_per_s", "0.25"),
        ("accuracy", "0.25"),
    ],
)
def test_the_name_says_the_unit(name: str, shown: str) -> None:
    assert format_metric(Metric(name=name, value=0.25)) == shown


def test_an_interval_is_shown_with_the_value() -> None:
    metric = Metric(name="wall_s", value=1.0, low=0.9, high=1.1)
    assert format_metric(metric) == "1 s  [900 ms, 1.1 s]"
    assert format_metric(Metric(name="correct", value=True)) == "yes"
    assert format_metric(Metric(name="wall_s", value=None)) == "unknown"
