"""The values of one choice of a program: listed, or made of a range."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ck_core.domain.meta import Meta

MOST = 1000
"""Values of one choice."""
_BETWEEN = 100
"""Steps that a range of fractions without any is divided into."""
_LARGEST = 10**300
_FINEST = 1e15
_WHOLE = re.compile(r"[-+]?[0-9]{1,300}")

Number = int | float


class UnfitError(ValueError):
    """The value is not of the choice's type."""


@dataclass(frozen=True)
class ChoiceType:
    """How values of one type are read and written.

    Attributes:
        expected: completes "must be".
        value: reads one of JSON; raises UnfitError.
    """

    expected: str
    value: Callable[[Any], Any]

    def text(self, found: Any) -> str:
        """As the compiler or the program gets it; raises UnfitError."""
        return _text(self.value(found))


def _whole(found: Any) -> int:
    if isinstance(found, float) and found.is_integer():
        return int(found)
    if isinstance(found, str) and _WHOLE.fullmatch(found):
        return int(found)
    if isinstance(found, bool) or not isinstance(found, int) or abs(found) > _LARGEST:
        raise UnfitError
    return found


def _fraction(found: Any) -> float:
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        raise UnfitError
    try:
        number = float(found)
    except (ValueError, OverflowError):
        raise UnfitError from None
    if not math.isfinite(number):
        raise UnfitError
    return number


def _word(found: Any) -> str:
    """Numbers as they stand: CK wrote ``10`` and ``"10"`` alike."""
    if isinstance(found, bool) or not isinstance(found, (str, int, float)) or found == "":
        raise UnfitError
    if "\0" in str(found):
        raise UnfitError
    return str(found)


def _yes_or_no(found: Any) -> int:
    known = {"yes": 1, "no": 0, "1": 1, "0": 0, "true": 1, "false": 0}
    if isinstance(found, str):
        found = known.get(found.lower())
    if found not in (0, 1) or isinstance(found, float):
        raise UnfitError
    return int(found)


def _text(value: Any) -> str:
    """A fraction stays one: to a compiler 1 / 2 is 0, and 1.0 / 2 is not."""
    if not isinstance(value, float):
        return str(value)
    text = f"{value:.12g}"
    return text if "." in text or "e" in text else f"{text}.0"


TYPES: Mapping[str, ChoiceType] = {
    "integer": ChoiceType("whole numbers", _whole),
    "float": ChoiceType("numbers", _fraction),
    "choice": ChoiceType("texts that are not empty", _word),
    "boolean": ChoiceType('"yes" or "no"', _yes_or_no),
}


@dataclass(frozen=True)
class Values:
    """Attributes: note: said where not every value of the range is among them."""

    texts: tuple[str, ...]
    note: str = ""


def values_of(meta: Meta, kind: str, default: str) -> Values:
    """Of ``values`` or ``range``, the default among them; in their order.

    Raises:
        BadComponentError: neither is there, or what is there makes no two values.
    """
    has = [key for key in ("values", "range") if key in meta]
    if kind == "boolean":
        if has:
            raise meta.wrong(has[0], "left out: a boolean is yes or no", meta.raw(has[0]))
        return Values(("0", "1"))
    if has == ["values"]:
        return Values(_listed(meta, kind, default))
    if has != ["range"]:
        raise meta.wrong("values", 'a list, or left out for a "range"', meta.raw("values"))
    if kind == "choice":
        raise meta.wrong("range", "left out: only numbers have one", meta.raw("range"))
    return _ranged(meta, kind, default)


def _listed(meta: Meta, kind: str, default: str) -> tuple[str, ...]:
    found = meta.raw("values")
    expected = f"a list of {TYPES[kind].expected}, two at least and {MOST} at most, each once"
    for key in ("step", "scale"):
        if key in meta:
            raise meta.wrong(key, 'left out: it goes with "range"', meta.raw(key))
    if not isinstance(found, list) or not 2 <= len(found) <= MOST:
        raise meta.wrong("values", expected, found)
    try:
        texts = tuple(map(TYPES[kind].text, found))
    except UnfitError:
        raise meta.wrong("values", expected, found) from None
    if len(set(texts)) < len(texts):
        raise meta.wrong("values", expected, found)
    if default not in texts:
        raise meta.wrong("default", f"one of {', '.join(texts[:10])}", default)
    return texts


def _ranged(meta: Meta, kind: str, default: str) -> Values:
    low, high = ends_of(meta, kind)
    grid, note = _grid(meta, kind, low, high)
    value = TYPES[kind].value
    texts = {_text(one): one for one in grid}
    texts[default] = value(default)  # what the sources have is tried as it is
    ordered = sorted(texts, key=lambda text: texts[text])
    if len(ordered) < 2:
        raise meta.wrong("step", "small enough for two values", meta.raw("step"))
    return Values(tuple(ordered), note)


def ends_of(meta: Meta, kind: str) -> tuple[Any, Any]:
    """Lowest and highest value of a ``range``; raises BadComponentError."""
    found = meta.raw("range")
    expected = f"[low, high], two {TYPES[kind].expected}, the lower first"
    try:
        low, high = map(TYPES[kind].value, found if isinstance(found, list) else ())
    except ValueError:
        raise meta.wrong("range", expected, found) from None
    if not low < high or not math.isfinite(high - low):
        raise meta.wrong("range", expected, found)
    return low, high


def _grid(meta: Meta, kind: str, low: Number, high: Number) -> tuple[list[Number], str]:
    scale = meta.text("scale", "linear")
    if scale not in ("linear", "log"):
        raise meta.wrong("scale", '"linear" or "log"', meta.raw("scale"))
    if scale == "log":
        return _doubling(meta, low, high)
    step = _step(meta, kind)
    if not step:
        ends = f"{_text(low)} and {_text(high)}"
        note = f"{_BETWEEN + 1} values between {ends} are tried; a 'step' names others"
        return [low + (high - low) * at / _BETWEEN for at in range(_BETWEEN + 1)], note
    steps = (high - low) // step if kind == "integer" else (high - low) / step + 1e-9
    if kind == "float" and not steps < _FINEST:
        raise meta.wrong("step", "no smaller than numbers can tell apart", meta.raw("step"))
    places, note = _thinned(int(steps) + 1)
    return [low + step * at for at in places], note


def _step(meta: Meta, kind: str) -> Number:
    """0 where a range of fractions has none."""
    if "step" not in meta:
        return 1 if kind == "integer" else 0
    try:
        step: Number = TYPES[kind].value(meta.raw("step"))
    except UnfitError:
        step = -1
    if step <= 0:
        what = "a whole number from 1" if kind == "integer" else "a number above 0"
        raise meta.wrong("step", what, meta.raw("step"))
    return step


def _doubling(meta: Meta, low: Number, high: Number) -> tuple[list[Number], str]:
    """Each twice the one before; the upper end ends them."""
    if "step" in meta:
        raise meta.wrong("step", "left out: on a log scale values double", meta.raw("step"))
    if low <= 0:
        raise meta.wrong("range", "above 0: values double on a log scale", meta.raw("range"))
    values = [*_doubled(low, high), high]
    places, note = _thinned(len(values))
    return [values[at] for at in places], note


def _doubled(low: Number, high: Number) -> Iterator[Number]:
    while low < high:
        yield low
        low *= 2


def _thinned(count: int) -> tuple[list[int], str]:
    """Which of so many are tried: all, or evenly spread ones, both ends among them."""
    if count <= MOST:
        return [*range(count)], ""
    kept = MOST - 1  # the default may be another
    note = f"{kept} of its {count} values are tried"
    return [at * (count - 1) // (kept - 1) for at in range(kept)], note
