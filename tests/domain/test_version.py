from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.version import Version

ORDER = ["1.0rc1", "1.0", "1.0.1", "1.2", "1.10", "2.0-beta", "2.0", "12", "12.2.0", "2021.1"]


@pytest.mark.parametrize(("older", "newer"), [*pairwise(ORDER)])
def test_order(older: str, newer: str) -> None:
    assert Version(older) < Version(newer)
    assert not Version(newer) < Version(older)


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
    ],
)
def test_matches(version: str, prefix: str, *, fits: bool) -> None:
    assert Version(version).matches(prefix) is fits


def test_tags() -> None:
    assert Version("12.2.0").tags == {"v12", "v12.2", "v12.2.0"}
