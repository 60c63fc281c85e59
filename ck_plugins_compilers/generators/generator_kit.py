"""What the generators share: random numbers that never change, and the place of a dataset."""

import pathlib
import sys
from collections.abc import MutableSequence
from typing import Any

MASK = 2**64 - 1


class Xorshift:
    """Marsaglia's xorshift64*: the same numbers on every machine and in every Python version."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, bound: int) -> int:
        """An integer in [0, bound), for bounds up to 2**32."""
        state = self._state
        state ^= state >> 12
        state ^= state << 25 & MASK
        state ^= state >> 27
        self._state = state
        return ((state * 0x2545F4914F6CDD1D & MASK) >> 32) * bound >> 32

    def between(self, low: int, high: int) -> int:
        """An integer in [low, high]."""
        return low + self.below(high - low + 1)

    def shuffle(self, values: MutableSequence[Any]) -> None:
        for last in range(len(values) - 1, 0, -1):
            other = self.below(last + 1)
            values[last], values[other] = values[other], values[last]


def save_dataset(alias: str, file: str, content: str | bytes) -> None:
    """Write one file of a dataset under the repository named on the command line."""
    folder = pathlib.Path(sys.argv[1]) / "dataset" / alias
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath(file).write_bytes(content.encode() if isinstance(content, str) else content)
