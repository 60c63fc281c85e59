from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.version import Version

ORDER = ["1.0rc1", "1.0", "1.0.1", "1.2", "1.10", "2.0-beta", "2.0", "12.1", "12.2.0", "2021.1"]


@pytest.mark.parametrize(("older", "newer"), [*pairwise(ORDER)])
def test_order(older: str, newer: str) -> None:
    assert Version(older) < Version(newer)
    assert not Version(newer) < Version(older)


def compare_as_ck_does(one: list[int | str], two: list[int | str]) -> int:
    """CK 2.6.4, ``soft.compare_versions``, told anew."""
    length = max(len(one), len(two))
    for a, b in zip(one + [0] * (length - len(one)), two + [0] * (length - len(two)), strict=True):
        if isinstance(a, int) != isinstance(b, int):
            return 1 if isinstance(a, int) else -1
        if a != b:
            return 1 if a > b else -1  # type: ignore[operator]  # both are of one type
    return 0


PARTS = st.lists(st.integers(0, 20) | st.sampled_from(["a", "beta", "rc"]), max_size=5)


@given(PARTS, PARTS)
def test_order_is_cks(one: list[int | str], two: list[int | str]) -> None:
    first, second = (Version(".".join(map(str, parts))) for parts in (one, two))
    assert (first > second) - (first < second) == compare_as_ck_does(one, two)
    assert (first == second) is (compare_as_ck_does(one, two) == 0)
    assert first != second or hash(first) == hash(second)


@given(st.text(), st.text(), st.text())
def test_total_order(a: str, b: str, c: str) -> None:
    first, second, third = sorted([Version(a), Version(b), Version(c)])
    assert first <= second <= third
    assert first <= third


@pytest.mark.parametrize(
    ("version", "prefix", "fits"),
    [
        ("12.2.0", "12", True),
        ("12.2.0", "12.2", True),
        ("12.2.0", "1", False),
        ("12", "12.2", False),
        ("12.0.1", "12.0", True),
        ("12.1", "12.0", False),
    ],
)
def test_matches(version: str, prefix: str, *, fits: bool) -> None:
    assert Version(version).matches(prefix) is fits


def test_tags() -> None:
    assert Version("12.2.0").tags == {"v12", "v12.2", "v12.2.0"}
