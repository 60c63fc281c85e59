"""Columns that grow in blocks are what all rows at once would make."""

from __future__ import annotations

from array import array
from math import isnan

from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.point import Scalar
from ck_core.experiments.reading.growing import columns_of

_values = st.one_of(
    st.floats(allow_nan=False), st.integers(), st.booleans(), st.sampled_from(["a", "b", ""])
)
_rows = st.lists(st.dictionaries(st.sampled_from("abc"), _values, max_size=3), max_size=12)


@given(_rows, st.integers(1, 5))
def test_every_value_stands_in_its_row(rows: list[dict[str, Scalar]], size: int) -> None:
    found = columns_of(rows, size)
    assert set(found) == {name for row in rows for name in row}
    for name, column in found.items():
        expected = [row.get(name) for row in rows]
        if isinstance(column, array):
            assert all(one is None or type(one) is float for one in expected)
            assert [None if isnan(one) else one for one in column] == expected
        else:
            assert [(type(one), one) for one in column] == [(type(one), one) for one in expected]


def test_floats_take_eight_bytes_each() -> None:
    rows: list[dict[str, Scalar]] = [{"a": 0.5, "b": "text"}, {}, {"a": 1.5}]
    found = columns_of(rows, 2)
    assert isinstance(found["a"], array)
    assert found["b"] == ["text", None, None]
