from __future__ import annotations

from hashlib import sha256

import pytest

from oracles.oracle_kit import dataset_file, datasets_with, reference


@pytest.mark.parametrize("dataset", datasets_with(["file-to-hash"]))
def test_the_reference_is_what_hashlib_says(dataset: str) -> None:
    content = dataset_file(dataset).read_bytes()
    expected = f"{sha256(content).hexdigest()}  {len(content)} bytes\n"
    assert reference("sha256", "digest", dataset, "stdout.txt").read_text() == expected
