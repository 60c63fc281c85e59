from __future__ import annotations

import pytest

from oracles.oracle_kit import fnv1a


@pytest.mark.parametrize(
    ("text", "checksum"),
    [(b"", "cbf29ce484222325"), (b"a", "af63dc4c8601ec8c"), (b"foobar", "85944171f73967e8")],
)
def test_the_checksum_is_the_published_one(text: bytes, checksum: str) -> None:
    assert fnv1a(text) == checksum
