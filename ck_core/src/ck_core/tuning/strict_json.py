"""JSON that somebody may have edited becomes dataclasses, or an error: nothing is bent to fit."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import isfinite
from typing import Any, TypeVar, get_args, get_origin

from ck_core.errors import BadComponentError

_T = TypeVar("_T")
_LARGEST = 1e300
_MOST = 3
"""Problems that are told."""


class NonsenseError(ValueError):
    """A value that is not what it is to be."""


def read_as(kind: type[_T], values: object, what: str, *, whole: bool = True) -> _T:
    """The values as that dataclass.

    Args:
        what: is read, for the message.
        whole: keys that it does not have are an error as well.

    Raises:
        BadComponentError: a type is wrong, a key is missing, or no program can be given a text.
    """
    from cattrs import transform_error  # noqa: PLC0415  # only tuning needs it

    try:
        return strict_converter(whole=whole).structure(values, kind)  # type: ignore[no-any-return]
    except Exception as error:  # noqa: BLE001  # whatever nonsense runs into
        problems = "; ".join(transform_error(error, format_exception=_told)[:_MOST])
        raise BadComponentError(f"{what} cannot be read: {problems:.300}") from None


def _told(error: BaseException, kind: type | None) -> str:
    from cattrs.v import format_exception  # noqa: PLC0415  # as above

    return str(error) if isinstance(error, NonsenseError) else format_exception(error, kind)


@lru_cache
def strict_converter(*, whole: bool) -> Any:
    """Of cattrs, which writes code for each class once.

    By itself it takes ``"3"`` and ``true`` for numbers, and a text for a list.
    """
    from cattrs.preconf.json import make_converter  # noqa: PLC0415  # as above

    converter = make_converter(forbid_extra_keys=whole)
    hooks = {bool: _boolean, int: _whole, float: _number, str: _text}
    for kind, hook in hooks.items():
        converter.register_structure_hook(kind, hook)
    converter.register_structure_hook_factory(_is_list, lambda kind: _list_of(kind, converter))
    return converter


def _boolean(value: object, _: object) -> bool:
    if not isinstance(value, bool):
        raise NonsenseError(f"{value!r:.40} is neither true nor false")
    return value


def _whole(value: object, _: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NonsenseError(f"{value!r:.40} is no whole number")
    return value


def _number(value: object, _: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise NonsenseError(f"{value!r:.40} is no number")
    if abs(value) > _LARGEST or not isfinite(value):
        raise NonsenseError(f"{value!r:.40} is too large, or no finite number")
    return float(value)


def _text(value: object, kind: Callable[[str], str]) -> str:
    """Also of what is one of a few texts."""
    if not isinstance(value, str):
        raise NonsenseError(f"{value!r:.40} is no text")
    if any(one == "\0" or "\ud800" <= one <= "\udfff" for one in value):
        raise NonsenseError("a text that no program can be given")
    return kind(value)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) in (tuple, frozenset)


def _list_of(kind: Any, converter: Any) -> Callable[[object, object], object]:
    item = get_args(kind)[0]

    def read(values: object, _: object) -> object:
        if not isinstance(values, list):
            raise NonsenseError(f"{values!r:.40} is no list")
        return get_origin(kind)(converter.structure(one, item) for one in values)

    return read
