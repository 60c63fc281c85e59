"""How a program wants an output compared with its reference (``run_time.output_check``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ck_core.domain.meta import Meta
from ck_core.domain.names import stays_below

_MOST_CLASSES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class SameBytes:
    """Byte for byte, whatever ``output_tolerance`` says of the others."""


@dataclass(frozen=True, kw_only=True)
class NearNumbers:
    """Text whose numbers may differ: either limit suffices."""

    relative: float = 0.0
    absolute: float = 0.0


@dataclass(frozen=True, kw_only=True)
class SimilarImage:
    """An image whose peak signal-to-noise ratio over the reference is at least so high."""

    at_least_db: float = 40.0


@dataclass(frozen=True, kw_only=True)
class TopClasses:
    """Ranked classes, a line a case: the reference's first is among the first ``k``.

    ``at_least`` is the share of the cases for which that must hold.
    """

    k: int = 5
    at_least: float = 1.0

    @property
    def metric(self) -> str:
        return f"top{self.k}_accuracy"


OutputCheck = SameBytes | NearNumbers | SimilarImage | TopClasses


def parse_output_checks(run_time: Meta) -> dict[str, OutputCheck]:
    """By the output's path in the run's directory; raises BadComponentError."""
    found: dict[str, OutputCheck] = {}
    for name, meta in run_time.mappings("output_check").items():
        if not stays_below(name):
            raise run_time.wrong(
                "output_check", "an object of paths that do not leave their directory", name
            )
        found[name] = _parse(meta)
    return found


def _parse(meta: Meta) -> OutputCheck:
    parse = _CHECKERS.get(meta.text("with"))
    if parse is None:
        raise meta.wrong("with", f"one of {', '.join(_CHECKERS)}", meta.text("with"))
    return parse(meta)


def _numbers(meta: Meta) -> NearNumbers:
    return NearNumbers(
        relative=meta.number_from_zero("relative"), absolute=meta.number_from_zero("absolute")
    )


def _image(meta: Meta) -> SimilarImage:
    return SimilarImage(at_least_db=meta.number("at_least_db", SimilarImage.at_least_db))


def _classes(meta: Meta) -> TopClasses:
    k, share = meta.number("k", TopClasses.k), meta.number("at_least", TopClasses.at_least)
    if not (k.is_integer() and 1 <= k <= _MOST_CLASSES):
        raise meta.wrong("k", "a whole number from 1", meta.raw("k"))
    if not 0 <= share <= 1:
        raise meta.wrong("at_least", "a share from 0 to 1", meta.raw("at_least"))
    return TopClasses(k=int(k), at_least=share)


_CHECKERS: Mapping[str, Callable[[Meta], OutputCheck]] = {
    "bytes": lambda _: SameBytes(),
    "numbers": _numbers,
    "psnr": _image,
    "top-k": _classes,
}
