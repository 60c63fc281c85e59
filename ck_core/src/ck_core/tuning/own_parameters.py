"""Parameters that the user names: ``--param TILE=8,16,32``."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ck_core.domain.repeat_variable import REPEAT_VARIABLE
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.errors import UsageError

OWN = "own"
_VARIABLE, _LAUNCHER = "env.", "launcher."
_PLACES = {_VARIABLE: Place.VARIABLE, _LAUNCHER: Place.LAUNCHER}
"""By what a name begins with; others are macros."""
_MACRO = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def own_parameters(
    own: Mapping[str, tuple[str, ...]], known: Mapping[str, Parameter]
) -> Iterator[Parameter]:
    """Of a known name with these values; else a flag, ``env.NAME``, ``launcher.NAME`` or a macro.

    Raises:
        UsageError: there is nothing to choose from, one value stands there twice, no compiler or
            program could be given that, or it would change the work that is measured.
    """
    for name, values in own.items():
        try:
            found = known.get(name) or known.get(name.removeprefix(_LAUNCHER))
            yield _parameter(name, values, found)
        except ValueError as error:
            raise UsageError(f"--param {error}", hint="--param TILE=8,16,32") from None


def _parameter(name: str, values: tuple[str, ...], known: Parameter | None) -> Parameter:
    _check_name(name)
    if len(values) < 2:
        raise _only_one(name)
    if known and known.place is Place.FLAG:
        return _known_flag(known, values)
    if known:
        return _known_value(known, values)
    return _new_flag(name, values) if name.startswith("-") else _new_value(name, values)


def _only_one(name: str) -> ValueError:
    return ValueError(f"{name} has one value only, which --flags or --env can give")


def _check_name(name: str) -> None:
    """Raises ValueError."""
    if name.removeprefix(_VARIABLE) == REPEAT_VARIABLE:
        raise ValueError(f"{name} changes how much is done, not how fast: it cannot be tuned")
    if name.startswith("-"):
        if not name.strip("- \t\n"):
            raise ValueError(f"'{name}' is no flag")
    elif name in _PLACES:
        raise ValueError(f"'{name}' names nothing behind its point")
    elif not name.startswith((*_PLACES,)) and not _MACRO.fullmatch(name):
        raise ValueError(f"'{name}' is no name of a macro, nor env.NAME, launcher.NAME or a -flag")


def _known_flag(known: Parameter, values: tuple[str, ...]) -> Parameter:
    """Without any is one of them: its default passes nothing."""
    words = _words(known.name, values, known.values)
    kept = tuple(dict.fromkeys((known.default, *words)))
    if len(kept) < 2:
        raise _only_one(known.name)
    return replace(known, values=kept, inexact=frozenset(_inexact(known, kept)), group=OWN)


def _inexact(known: Parameter, values: Iterable[str]) -> Iterator[str]:
    """Those of which it is known; new single flags where all known ones are, as of ``-march``."""
    singles = {one for one in known.others if len(one.split()) == 1}
    new_too = bool(singles) and singles <= known.inexact
    for one in values:
        is_new = one not in known.values and len(one.split()) == 1
        if one in known.inexact or (is_new and new_too):
            yield one


def _are_suffixed(name: str, known: tuple[str, ...]) -> bool:
    """Whether they are the name and a letter or two: ``-O3``, ``-Os``."""
    rests = [one.removeprefix(name) for one in known if one]
    return bool(rests) and all(rest.isalnum() for rest in rests)


def _known_value(known: Parameter, values: tuple[str, ...]) -> Parameter:
    default = known.default if known.default in values else values[0]
    return replace(
        known,
        values=values,
        default=default,
        inexact=known.inexact & {*values},
        tacit=known.tacit and default == known.default,
        group=OWN,
    )


def _new_flag(name: str, values: tuple[str, ...]) -> Parameter:
    return Parameter(name=name, values=("", *_words(name, values)), group=OWN)


def _words(name: str, values: Iterable[str], known: tuple[str, ...] = ()) -> Iterator[str]:
    """``-f=3`` of ``3``, or ``-O3`` as known ones are written; a flag that is whole stays so.

    Raises:
        ValueError: a quote is not closed.
    """
    whole = (name, f"{name[:2]}no-{name[2:]}")  # of -fname -fno-name
    joint = "" if _are_suffixed(name, known) else "="
    for one in values:
        text = one if one in known or one.startswith(whole) else f"{name}{joint}{one}"
        try:
            shlex.split(text)
        except ValueError as error:
            raise ValueError(f"{text} cannot be read: {error}") from None
        yield text


def _new_value(name: str, values: tuple[str, ...]) -> Parameter:
    """A macro, a variable of the run, or what its launcher is told."""
    prefix = next((one for one in _PLACES if name.startswith(one)), "")
    return Parameter(
        name=name.removeprefix(prefix),
        values=values,
        default=values[0],
        group=OWN,
        place=_PLACES.get(prefix, Place.MACRO),
        ordered=_are_numbers(values),
    )


def _are_numbers(values: tuple[str, ...]) -> bool:
    try:
        numbers = [float(one) for one in values]
    except ValueError:
        return False
    return numbers == sorted(numbers)
