"""Names on pictures: one line each, all different, nothing that moves the text around it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.units import STEPS, fitting_step, rounded
from ck_core.publishing.texts import labels, plain, shorten
from ck_core.publishing.units import quantity


@given(st.text())
def test_plain_text_is_one_line_that_can_be_written(text: str) -> None:
    line = plain(text)
    assert line
    assert not {"Cc", "Cs"} & {unicodedata.category(one) for one in line}
    assert line.encode("utf-8").decode("utf-8") == plain(line)


def test_turns_of_direction_are_taken_out_and_letters_stay() -> None:
    assert plain("\u202eabc\u2066") == "abc"
    assert plain("\u05e9\u05dc\u05d5\u05dd") == "\u05e9\u05dc\u05d5\u05dd"


@given(st.lists(st.text(max_size=80), max_size=60), st.integers(12, 40))
def test_labels_are_short_and_all_different(names: list[str], length: int) -> None:
    found = labels(names, length)
    assert len(found) == len(names) == len(set(found))
    assert all(len(one) <= length for one in found)


def test_a_short_label_keeps_both_ends() -> None:
    short = shorten("-O3 -fno-tree-vectorize -funroll-loops -flto", 20)
    assert short.startswith("-O3")
    assert short.endswith("-flto")
    assert len(short) <= 20


@pytest.mark.parametrize(
    ("metric", "values", "title", "shown"),
    [
        ("wall_s", [0.0123, 0.002], "time (ms)", "12.30 ms"),
        ("wall_s", [12.3], "time (s)", "12.30 s"),
        ("user_s", [1.5e-5], "user time (µs)", "15.00 µs"),
        ("size_bytes", [16_384.0], "binary size (kB)", "16.38 kB"),
        ("peak_memory_bytes", [3.2e9], "peak memory (GB)", "3.200 GB"),
        ("package_energy_j", [0.25], "package energy (mJ)", "250.0 mJ"),
        ("images_per_s", [1500.5], "images per s", "1500"),
        ("execution_time_kernel_0", [0.25], "execution time kernel 0 (ms)", "250.0 ms"),
        ("accuracy", [0.913], "accuracy", "0.9130"),
        ("voluntary_switches", [12.0], "voluntary switches", "12"),
        ("instructions", [2.5e9], "instructions (billion)", "2.500 billion"),
        ("wall_s", [0.0], "time (s)", "0.000 s"),
        ("wall_s", [0.99996], "time (s)", "1.000 s"),
        ("wall_s", [0.9996], "time (ms)", "999.6 ms"),
        ("size_bytes", [999_960.0], "binary size (MB)", "1.000 MB"),
        ("wall_s", [1e300], "time (s)", "1e+300 s"),
    ],
)
def test_units_follow_the_suffix(metric: str, values: list[float], title: str, shown: str) -> None:
    unit = quantity(metric, values)
    assert (unit.title, unit.format(values[0])) == (title, shown)


@given(
    st.sampled_from(sorted(STEPS)), st.floats(min_value=1e-12, max_value=1e14), st.integers(3, 4)
)
def test_the_unit_fits_the_rounded_number(suffix: str, value: float, digits: int) -> None:
    """Below 1000 but in the largest unit, from 1 on but in the smallest; never an exponent."""
    steps = STEPS[suffix]
    step, unit = fitting_step(steps, value, digits)
    text = rounded(value / step, digits)
    shown = float(text)
    if step <= value < steps[0][0] * 1000:
        assert "e" not in text
    assert shown < 1000 or unit == steps[0][1]
    assert shown >= 1 or unit == steps[-1][1]
    assert shown * step == pytest.approx(value, rel=0.51 * 10 ** (1 - digits))
