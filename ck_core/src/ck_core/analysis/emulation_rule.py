"""What an emulator makes incomparable."""

from __future__ import annotations

import re

from ck_core.domain.point import Point

_OF_THE_BINARY_OR_OUTPUT = re.compile(r"size_bytes|correct|psnr_db|accuracy|.+_accuracy")


def are_comparable(a: Point, b: Point, metric: str) -> bool:
    """Whether a metric of the two points may be set beside each other, as far as emulators go.

    Under the same emulator, or both under none, each metric may. Else only what an emulator
    leaves as it is on the machine it stands for: the binary's size, and how good the output is.
    Any other name may be a time, or another number that follows the machine (memory, counters,
    what the program measured itself), and those are the emulator's own.
    """
    same = a.emulated_by == b.emulated_by
    return same or _OF_THE_BINARY_OR_OUTPUT.fullmatch(metric) is not None
