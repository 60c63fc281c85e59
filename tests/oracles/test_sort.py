from __future__ import annotations

import pytest

from oracles.oracle_kit import dataset_file, datasets_with, fnv1a, reference


def expected(dataset: str) -> str:
    numbers = sorted(map(int, dataset_file(dataset).read_text().split()))
    last = len(numbers) - 1
    lines = [f"numbers {len(numbers)}", f"distinct {len(set(numbers))}"]
    lines += [f"percentile {p} {numbers[last * p // 100]}" for p in range(0, 101, 10)]
    lines += [f"checksum {fnv1a(numbers)}"]
    return "".join(line + "\n" for line in lines)


@pytest.mark.parametrize("dataset", datasets_with(["integer-list", "text"]))
def test_the_reference_is_what_sorted_says(dataset: str) -> None:
    assert reference("sort", "sort", dataset, "stdout.txt").read_text() == expected(dataset)
