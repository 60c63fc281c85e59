"""What a program says may be varied: ``choices`` and ``constraints`` of its meta."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from ck_core.domain.command import Command
from ck_core.domain.meta import Meta
from ck_core.domain.mistake import no_such_key
from ck_core.domain.program import Program
from ck_core.domain.repeat_variable import REPEAT_VARIABLE
from ck_core.domain.template import placeholders
from ck_core.domain.tuning.choice_values import MOST, TYPES, UnfitError, values_of
from ck_core.domain.tuning.expression import BadExpressionError, Expression
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.errors import BadComponentError

GROUP = "choices"
_KEYS = (
    *("sets", "type", "values", "range", "step", "scale", "default"),
    *("when", "inexact", "only_for_cmd", "values_for_cmd", "desc"),
)
_PLACES = {"macro": Place.MACRO, "variable": Place.VARIABLE}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Of one command.

    Attributes:
        notes: a sentence for each choice of which not every value is tried.
    """

    parameters: tuple[Parameter, ...] = ()
    constraints: tuple[Expression, ...] = ()
    notes: tuple[str, ...] = ()


def read_choices(program: Program, command: Command) -> Choices:
    """Checked: the program as it is fulfils all constraints.

    Raises:
        BadComponentError: a key is not what it must be, by its name.
    """
    meta = program.component.meta
    choices = meta.mappings("choices")
    if len(choices) > MOST:
        raise meta.wrong("choices", f"an object of at most {MOST} choices", len(choices))
    notes: list[str] = []
    found = {}
    for name, one in choices.items():
        found[name] = _parameter(name, one, program, command, notes)
    _check_conditions(found, choices)
    constraints = tuple(_constraints(meta, found))
    here = [name for name, one in choices.items() if _concerns(one, command)]
    return Choices(
        parameters=tuple(found[name] for name in here),
        constraints=constraints,
        notes=tuple(one for one in notes if one.partition(":")[0] in here),
    )


def mistakes_in_choices(program: Program) -> list[BadComponentError]:
    """Of all its commands: one of each choice; where there is none, the first of them together."""
    commands, choices = program.commands.values(), program.component.meta.mappings("choices")
    found: list[BadComponentError] = []
    for command in commands:
        for name, one in choices.items():
            found += _raised(partial(_parameter, name, one, program, command, []))
    for command in [] if found else commands:
        found += _raised(partial(read_choices, program, command))
    return [*{one.message: one for one in found}.values()]


def _raised(reading: Callable[[], object]) -> Iterator[BadComponentError]:
    try:
        reading()
    except BadComponentError as error:
        yield error


def _parameter(
    name: str, meta: Meta, program: Program, command: Command, notes: list[str]
) -> Parameter:
    _check_keys(name, meta, program)
    kind, place = meta.text("type"), _place(meta, program)
    if kind not in TYPES:
        raise meta.wrong("type", f"one of {', '.join(TYPES)}", meta.raw("type"))
    default = _default(name, meta, kind, _given(place, program, command))
    if place is Place.VARIABLE and _concerns(meta, command):
        _check_word_of_command(name, program, command)
    values = values_of(meta, kind, default)
    if values.note:
        notes.append(f"{name}: {values.note}")
    kept = _values_for(command, meta, kind, values.texts, default)
    return Parameter(
        name=name,
        values=kept,
        default=default,
        group=GROUP,
        place=place,
        ordered=kind in ("integer", "float"),
        inexact=frozenset(_inexact(meta, kind, values.texts)) & {*kept},
        condition=_expression(meta, "when", meta.text("when")) if "when" in meta else None,
        tacit=True,
        source=program.component.full_cid,
    )


def _check_keys(name: str, meta: Meta, program: Program) -> None:
    """A key that is misspelt would change what is tried without a word."""
    whole = program.component.meta
    if not _NAME.fullmatch(name):
        raise whole.wrong("choices", "an object of names, of letters, digits and _", name)
    if name == REPEAT_VARIABLE:
        raise whole.wrong("choices", "an object of what leaves the work as it is", name)
    for key in meta:
        if key not in _KEYS:
            raise meta.mistaken("", no_such_key(key, _KEYS))
    named = {"only_for_cmd": meta.texts("only_for_cmd")}
    named["values_for_cmd"] = tuple(meta.mapping("values_for_cmd"))
    for key, commands in named.items():
        if unknown := [one for one in commands if one not in program.commands]:
            raise meta.wrong(key, f"some of {', '.join(program.commands)}", unknown[0])


def _place(meta: Meta, program: Program) -> Place:
    sets = meta.text("sets", "macro")
    if sets not in _PLACES:
        raise meta.wrong("sets", " or ".join(f'"{one}"' for one in _PLACES), meta.raw("sets"))
    if sets == "macro" and not program.build.is_needed:
        raise meta.wrong("sets", '"variable": nothing of this program is compiled', sets)
    return _PLACES[sets]


def _given(place: Place, program: Program, command: Command) -> Mapping[str, str]:
    """What the meta itself sets elsewhere."""
    if place is Place.MACRO:
        return program.build.macros or {}
    return {**program.run_environment, **command.environment}


def _default(name: str, meta: Meta, kind: str, given: Mapping[str, str]) -> str:
    """What the program has as it is, which other keys may say already."""
    own = given.get(name)
    where = "what 'build_compiler_vars' or 'run_vars' has"
    try:
        known = TYPES[kind].text(own) if own is not None else None
    except UnfitError:
        raise meta.wrong("type", f"that of {own}, {where}", kind) from None
    if "default" not in meta and known is not None:
        return known
    try:
        found = TYPES[kind].text(meta.raw("default"))
    except UnfitError:
        expected = f"what the sources have, one of its {TYPES[kind].expected}"
        raise meta.wrong("default", expected, meta.raw("default")) from None
    if known is not None and found != known:
        raise meta.wrong("default", f"{known}, {where}", found)
    return found


def _check_word_of_command(name: str, program: Program, command: Command) -> None:
    """A word of the command line has no default in the sources."""
    given = {**program.run_environment, **command.environment}
    if name in placeholders(command.template) and name not in given:
        raise program.component.meta.mistaken(
            f"choices.{name}",
            f"is a word of command '{command.key}', so 'run_vars' must give the value it has as "
            "it is",
        )


def _values_for(
    command: Command, meta: Meta, kind: str, values: tuple[str, ...], default: str
) -> tuple[str, ...]:
    """Those that ``values_for_cmd`` leaves to a command; all where it says nothing of it."""
    said = meta.mapping("values_for_cmd")
    if command.key not in said:
        return values
    found = said.raw(command.key)
    try:
        texts = {TYPES[kind].text(one) for one in found} if isinstance(found, list) else set()
    except UnfitError:
        texts = set()
    if len(texts) < 2 or not texts <= {*values} or default not in texts:
        expected = f"two or more of {', '.join(values[:10])}, {default} among them"
        raise said.wrong(command.key, expected, found)
    return tuple(one for one in values if one in texts)


def _inexact(meta: Meta, kind: str, values: tuple[str, ...]) -> Iterator[str]:
    found = meta.raw("inexact")
    if found is None:
        return
    for one in found if isinstance(found, list) else [found]:
        try:
            text = TYPES[kind].text(one)
        except UnfitError:
            text = ""
        if text not in values:
            raise meta.wrong("inexact", "a list of values of this choice", found)
        yield text


def _expression(meta: Meta, key: str, text: str) -> Expression:
    try:
        return Expression.parsed(text)
    except BadExpressionError as error:
        raise meta.wrong(key, f"a condition ('{text:.60}' {error})", text) from None


def _check_conditions(found: Mapping[str, Parameter], choices: Mapping[str, Meta]) -> None:
    """They name other choices, and do not go in a circle."""
    waiting = {name: _names(one, found, choices[name]) for name, one in found.items()}
    while waiting:
        ready = [name for name, needs in waiting.items() if not needs & waiting.keys()]
        if not ready:
            name = next(iter(waiting))
            text = choices[name].text("when")
            raise choices[name].wrong("when", "a condition that does not lead back to it", text)
        waiting = {name: needs for name, needs in waiting.items() if name not in ready}


def _names(one: Parameter, found: Mapping[str, Parameter], meta: Meta) -> frozenset[str]:
    if one.condition is None:
        return frozenset()
    _check_names(one.condition, found, meta, "when")
    _check_works(one.condition, found, meta, "when")
    return one.condition.names


def _constraints(meta: Meta, found: Mapping[str, Parameter]) -> Iterator[Expression]:
    texts = meta.raw("constraints")
    if texts is None:
        return
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise meta.wrong("constraints", "a list of texts", texts)
    for number, text in enumerate(texts):
        key = f"constraints[{number}]"
        one = _expression(meta, key, text)
        _check_names(one, found, meta, key)
        if not _check_works(one, found, meta, key):
            raise meta.wrong(key, "a condition that the defaults fulfil", text)
        yield one


def _check_names(one: Expression, found: Mapping[str, Parameter], meta: Meta, key: str) -> None:
    unknown = sorted(one.names - found.keys())
    if unknown:
        raise meta.wrong(key, "a condition on names in 'choices'", unknown[0])


def _check_works(one: Expression, found: Mapping[str, Parameter], meta: Meta, key: str) -> bool:
    """Whether it holds for the defaults."""
    try:
        return one.holds({name: found[name].default for name in one.names})
    except BadExpressionError as error:
        raise meta.wrong(key, f"a condition on numbers and texts ({error})", one.text) from None


def _concerns(meta: Meta, command: Command) -> bool:
    commands = meta.texts("only_for_cmd")
    return not commands or command.key in commands
