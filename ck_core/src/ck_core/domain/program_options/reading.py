"""Which options a program has: those of ``options`` in its meta, and the keys of what it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ck_core.domain.command import Command
from ck_core.domain.meta import Meta
from ck_core.domain.program import Program
from ck_core.domain.program_options.option import ProgramOption
from ck_core.domain.program_options.reserved import RESERVED, plain
from ck_core.domain.repeat_variable import REPEAT_VARIABLE
from ck_core.domain.tuning.choice_values import TYPES, UnfitError, ends_of

DATASET = "dataset"
"""The key of a requirement that ``--dataset`` means, where there is one."""
_EFFECTS = ("chooses", "wishes", "tags", "sets")
_OF_VALUES = ("type", "values", "range", "default", "only_for_cmd")
_RECORDED = "recorded"
_KEYS = (*_EFFECTS, *_OF_VALUES, _RECORDED, "desc")
_NUMBERS = ("integer", "float")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,49}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


def options_of(program: Program) -> dict[str, ProgramOption]:
    """By name, the declared ones first, in their order.

    Raises:
        BadComponentError: a key of ``options`` is not what it must be, by its name.
    """
    keys = _keys_of_needs(program)
    declared = program.component.meta.mappings("options")
    found = {name: _declared(name, meta, program, keys) for name, meta in declared.items()}
    _check_names(found, program)
    known = {*map(plain, found)}
    for key, commands in keys.items():
        if _NAME.fullmatch(key) and plain(key) not in RESERVED | known:
            found[key] = ProgramOption(name=key, wishes=key, commands=commands, declared=False)
    return found


def command_option(options: Mapping[str, ProgramOption]) -> ProgramOption | None:
    """The one that chooses the command; None where there is none."""
    return next((one for one in options.values() if one.chooses), None)


def needs_key(program: Program, command: Command, key: str) -> bool:
    """Whether a command, or the build, has a requirement of that key."""
    return any(one.key == key for one in program.requirements_of(command))


def _keys_of_needs(program: Program) -> dict[str, frozenset[str]]:
    """Key of each requirement to the keys of the commands that have it."""
    needs = {key: program.requirements_of(one) for key, one in program.commands.items()}
    names = dict.fromkeys(one.key for found in needs.values() for one in found)
    return {
        name: frozenset(key for key, found in needs.items() if any(o.key == name for o in found))
        for name in names
    }


def _check_names(found: Mapping[str, ProgramOption], program: Program) -> None:
    meta = program.component.meta
    met: set[str] = set()
    for name in found:
        if not _NAME.fullmatch(name):
            raise meta.wrong("options", "an object of names, of letters, digits, - and _", name)
        if plain(name) in RESERVED:
            raise meta.wrong("options", "an object of names that ckp itself does not have", name)
        if plain(name) in met:
            raise meta.wrong("options", "an object of names that differ in more than _", name)
        met.add(plain(name))
    if len([one for one in found.values() if one.chooses]) > 1:
        raise meta.wrong("options", "an object with one 'chooses' at most", "two")


def _declared(
    name: str, meta: Meta, program: Program, keys: Mapping[str, frozenset[str]]
) -> ProgramOption:
    _check_keys(meta)
    for effect in ("wishes", "tags"):
        if effect in meta and (key := meta.text(effect)) not in keys:
            raise meta.wrong(effect, f"the key of a requirement: {', '.join(keys) or 'none'}", key)
    if "chooses" in meta:
        return _chooser(name, meta, program)
    if "sets" in meta:
        return _setter(name, meta, program)
    key = meta.text("wishes") or meta.text("tags")
    return ProgramOption(
        name=name,
        wishes=meta.text("wishes"),
        tags=meta.text("tags"),
        values=_tags(meta) if "tags" in meta else (),
        description=meta.text("desc"),
        commands=keys[key],
    )


def _check_keys(meta: Meta) -> None:
    """A key that is misspelt would change what is done without a word."""
    for key in meta:
        if key not in _KEYS:
            raise meta.wrong(key, f"one of the keys {', '.join(_KEYS)}", key)
    effects = tuple(one for one in _EFFECTS if one in meta)
    if len(effects) != 1 and effects != ("chooses", "wishes"):
        raise meta.wrong("sets", "there, or one of chooses, wishes and tags instead", effects)
    allowed = (*_OF_VALUES, _RECORDED) if "sets" in meta else ("values",) if "tags" in meta else ()
    for key in (*_OF_VALUES, _RECORDED):
        if key in meta and key not in allowed:
            raise meta.wrong(key, f"left out: it does not go with '{effects[0]}'", meta.raw(key))


def _chooser(name: str, meta: Meta, program: Program) -> ProgramOption:
    if meta.text("chooses") != "command":
        raise meta.wrong("chooses", '"command"', meta.raw("chooses"))
    commands = tuple(program.commands)
    return ProgramOption(
        name=name,
        chooses=True,
        wishes=meta.text("wishes"),
        values=commands,
        default=commands[0],
        description=meta.text("desc"),
        commands=frozenset(commands),
    )


def _tags(meta: Meta) -> tuple[str, ...]:
    values = meta.texts("values")
    if not values or any(not one or one.startswith("-") or "," in one for one in values):
        raise meta.wrong("values", "a list of tags", meta.raw("values"))
    return values


def _setter(name: str, meta: Meta, program: Program) -> ProgramOption:
    """What is said of the variable in ``choices`` holds, and need not be said twice."""
    variable = _variable(meta)
    choice = program.component.meta.mappings("choices").get(variable)
    if choice is not None:
        _check_choice(meta, choice, variable)
    said = meta if choice is None else choice
    kind = said.text("type") or _kind_of(said)
    if kind not in TYPES:
        raise said.wrong("type", f"one of {', '.join(TYPES)}", said.raw("type"))
    return ProgramOption(
        name=name,
        sets=variable,
        kind=kind,
        values=_values(said, kind),
        open_values=choice is not None and kind in _NUMBERS,
        ends=_ends(said, kind),
        default=_default(said, kind, variable, program),
        description=meta.text("desc") or said.text("desc"),
        commands=frozenset(_commands(said, program)),
        recorded=meta.flag(_RECORDED, default=True),
    )


def _variable(meta: Meta) -> str:
    variable = meta.text("sets")
    if not _VARIABLE.fullmatch(variable):
        raise meta.wrong("sets", "the name of a variable, of letters, digits and _", variable)
    if variable == REPEAT_VARIABLE:
        raise meta.wrong("sets", "a variable that leaves to ckp how often it repeats", variable)
    return variable


def _check_choice(meta: Meta, choice: Meta, variable: str) -> None:
    if choice.text("sets", "macro") != "variable":
        raise meta.wrong("sets", f"a variable, which 'choices.{variable}' is not", variable)
    for key in _OF_VALUES:
        if key in meta:
            raise meta.wrong(key, f"left out: 'choices.{variable}' says it", meta.raw(key))


def _kind_of(meta: Meta) -> str:
    """By the first value that is there."""
    listed = [one for key in ("values", "range") for one in _list(meta.raw(key))]
    found = next(iter([*listed, meta.raw("default")]), None)
    return {bool: "boolean", int: "integer", float: "float"}.get(type(found), "choice")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _values(meta: Meta, kind: str) -> tuple[str, ...]:
    found = meta.raw("values")
    if found is None:
        return ()
    try:
        texts = tuple(TYPES[kind].text(one) for one in _list(found))
    except UnfitError:
        texts = ()
    if not texts or "range" in meta:
        raise meta.wrong("values", f"a list of {TYPES[kind].expected}, without a 'range'", found)
    return texts


def _ends(meta: Meta, kind: str) -> tuple[float, float] | None:
    if "range" not in meta:
        return None
    if kind not in _NUMBERS:
        raise meta.wrong("range", "left out: only numbers have one", meta.raw("range"))
    return ends_of(meta, kind)


def _default(meta: Meta, kind: str, variable: str, program: Program) -> str:
    """What ``run_vars`` gives, or what the meta says that the program takes else."""
    own = program.run_environment.get(variable)
    if "default" not in meta:
        return own or ""
    try:
        said = TYPES[kind].text(meta.raw("default"))
    except UnfitError:
        raise meta.wrong("default", f"one of {TYPES[kind].expected}", meta.raw("default")) from None
    if own is not None and _as_text(own, kind) != said:
        raise meta.wrong("default", f"{own}, what 'run_vars' has", meta.raw("default"))
    return said


def _as_text(text: str, kind: str) -> str:
    try:
        return TYPES[kind].text(text)
    except UnfitError:
        return text


def _commands(meta: Meta, program: Program) -> Iterator[str]:
    named = meta.texts("only_for_cmd")
    for key in named:
        if key not in program.commands:
            raise meta.wrong("only_for_cmd", f"some of {', '.join(program.commands)}", key)
    yield from named or program.commands
