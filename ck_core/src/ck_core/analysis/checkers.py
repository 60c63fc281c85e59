"""One output beside its reference, by the checker that the program names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from ck_core.analysis.images import UnreadableImageError, psnr_db, read_image
from ck_core.analysis.outputs import first_difference
from ck_core.analysis.rankings import UnreadableRankingError, top_accuracy
from ck_core.domain.output_check import (
    NearNumbers,
    OutputCheck,
    SameBytes,
    SimilarImage,
    TopClasses,
)
from ck_core.domain.run import Tolerance

_PSNR = "psnr_db"
IDENTICAL_DB = 200.0
"""Stands for the infinite ratio of equal images, so that the best output has a number that sorts.

Above all others: one sample of 16 bits that is off by one, in an image of a thousand million of
them, has 186 dB.
"""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What is wrong with an output, empty where nothing is, and what was measured of it.

    ``measured`` are metrics of which the higher is the better.
    """

    problem: str = ""
    measured: Mapping[str, float] = field(default_factory=dict)


def check(found: bytes, expected: bytes, how: OutputCheck) -> Checked:
    """Whatever the output holds, it is right or wrong.

    Raises:
        UnsupportedImageError: a library is missing; nothing is told of the output.
    """
    if isinstance(how, SimilarImage):
        return _check_image(found, expected, how)
    if isinstance(how, TopClasses):
        return _check_classes(found, expected, how)
    return Checked(problem=first_difference(found, expected, _tolerance(how)))


def usual(limits: Tolerance | None) -> OutputCheck:
    """Of a file without a checker of its own."""
    if limits is None:
        return SameBytes()
    return NearNumbers(relative=limits.relative, absolute=limits.absolute)


def is_text(how: OutputCheck | None) -> bool:
    """Whether ends of lines may be another system's."""
    return not isinstance(how, SimilarImage)


def _tolerance(how: SameBytes | NearNumbers) -> Tolerance | None:
    if isinstance(how, SameBytes):
        return None
    return Tolerance(relative=how.relative, absolute=how.absolute)


def _check_image(found: bytes, expected: bytes, how: SimilarImage) -> Checked:
    try:
        reference = read_image(expected)
    except UnreadableImageError as error:
        return Checked(problem=f"cannot be compared: the reference {error}")
    try:
        value = psnr_db(read_image(found, reference.size), reference)
    except UnreadableImageError as error:
        return Checked(problem=str(error))
    measured = {_PSNR: min(value, IDENTICAL_DB)}
    if value >= how.at_least_db:
        return Checked(measured=measured)
    problem = f"PSNR is {value:.4g} dB, at least {how.at_least_db:g} dB are asked for"
    return Checked(problem=problem, measured=measured)


def _check_classes(found: bytes, expected: bytes, how: TopClasses) -> Checked:
    texts = found.decode("utf-8", "replace"), expected.decode("utf-8", "replace")
    try:
        result = top_accuracy(*texts, how.k)
    except UnreadableRankingError as error:
        return Checked(problem=str(error))
    measured = {how.metric: result.accuracy}
    if result.accuracy >= how.at_least:
        return Checked(measured=measured)
    problem = (
        f"{result.accuracy:.1%} of the cases have the right class among the first {how.k}, at "
        f"least {how.at_least:.1%} are asked for; case {result.first_wrong} is the first without"
    )
    return Checked(problem=problem, measured=measured)


def remark(name: str, value: float) -> str:
    """What to say beside a measured value; empty for most."""
    return "identical to the reference" if name == _PSNR and value == IDENTICAL_DB else ""


def worst(measured: Mapping[str, float], others: Mapping[str, float]) -> dict[str, float]:
    """Of every metric the lower value: an output is as good as its worst part."""
    names = dict.fromkeys((*measured, *others))
    return {name: min(measured.get(name, inf), others.get(name, inf)) for name in names}
