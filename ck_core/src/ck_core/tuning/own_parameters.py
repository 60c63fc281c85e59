"""Parameters that the user names: ``--param TILE=8,16,32``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.errors import UsageError

OWN = "own"
_VARIABLE = "env."


def own_parameters(
    own: Mapping[str, tuple[str, ...]], known: Mapping[str, Parameter]
) -> Iterator[Parameter]:
    """Of a known name with these values; else a flag, ``env.NAME``, or a macro.

    Raises:
        UsageError: there is nothing to choose from, or one value stands there twice.
    """
    for name, values in own.items():
        try:
            yield _parameter(name, values, known.get(name))
        except ValueError as error:
            raise UsageError(f"--param {error}", hint="--param TILE=8,16,32") from None


def _parameter(name: str, values: tuple[str, ...], known: Parameter | None) -> Parameter:
    if len(values) < 2:
        raise ValueError(f"{name} has one value only, which --flags or --env can give")
    if known and known.place is Place.FLAG:
        words = (one if one in known.values else f"{name}={one}" for one in values)
        kept = tuple(dict.fromkeys((known.default, *words)))
        return replace(known, values=kept, inexact=known.inexact & {*kept}, group=OWN)
    if known:
        default = known.default if known.default in values else values[0]
        return replace(
            known,
            values=values,
            default=default,
            inexact=known.inexact & set(values),
            tacit=known.tacit and default == known.default,
            group=OWN,
        )
    if name.startswith("-"):
        texts = tuple(f"{name}={value}" for value in values)
        return Parameter(name=name, values=("", *texts), group=OWN)
    place = Place.VARIABLE if name.startswith(_VARIABLE) else Place.MACRO
    return Parameter(
        name=name.removeprefix(_VARIABLE),
        values=values,
        default=values[0],
        group=OWN,
        place=place,
        ordered=_are_numbers(values),
    )


def _are_numbers(values: tuple[str, ...]) -> bool:
    try:
        numbers = [float(one) for one in values]
    except ValueError:
        return False
    return numbers == sorted(numbers)
