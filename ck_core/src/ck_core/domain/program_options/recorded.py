"""What options of a program have chosen, as points hold it; and the run that a point's say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ck_core.domain.command import Command
from ck_core.domain.installation import Installation
from ck_core.domain.interpreted_variables import names_place
from ck_core.domain.merging import split_tags
from ck_core.domain.options import RunOptions
from ck_core.domain.point import Scalar
from ck_core.domain.point_names import is_own_choice
from ck_core.domain.program import COMPILER, Program
from ck_core.domain.program_options.option import ProgramOption
from ck_core.domain.program_options.reading import DATASET, options_of
from ck_core.domain.version import label_of
from ck_core.errors import UsageError

TAGS = "dep-tags."
WISH = "deps."
"""Of what the user named for a requirement that is no option."""


def chosen_options(
    program: Program, command: Command, run: RunOptions, resolved: Mapping[str, Installation]
) -> Iterator[tuple[str, Scalar]]:
    """By the names of options: the value that was given, or that holds where none was.

    Installations are told by their exact versions; where nothing was resolved, as they were
    asked for. A requirement's key that the meta does not declare is told where it was named.
    """
    options = options_of(program)
    concerned = [one for one in options.values() if command.key in one.commands]
    told = {one.wishes for one in concerned}
    for one in concerned:
        if not one.recorded:
            continue
        is_told = one.declared or one.name == DATASET or one.wishes in run.build.wishes
        if is_told and (value := _value(one, program, command, run, resolved)) != "":
            yield one.name, value
    for key in run.build.wishes:
        if key not in told | {COMPILER}:
            yield f"{WISH}{key}", _label(key, run, resolved)
    yield from _other_tags(concerned, run)


def variables_of_options(program: Program, command: Command) -> frozenset[str]:
    """Those that options of this command set: they are told under the options' names."""
    found = options_of(program).values()
    return frozenset(one.sets for one in found if one.sets and command.key in one.commands)


def _value(
    option: ProgramOption,
    program: Program,
    command: Command,
    run: RunOptions,
    resolved: Mapping[str, Installation],
) -> Scalar:
    if option.chooses:
        return label_of(command.key, _version(option.wishes, run, resolved))
    if option.wishes:
        return _label(option.wishes, run, resolved)
    if option.tags:
        return _tag(option, run, resolved)
    given = {**program.run_environment, **command.environment, **run.environment}
    return option.scalar(given.get(option.sets, option.default))


def _version(key: str, run: RunOptions, resolved: Mapping[str, Installation]) -> str:
    if key in resolved:
        return resolved[key].version
    return run.build.wishes.get(key, "").partition("@")[2]


def _label(key: str, run: RunOptions, resolved: Mapping[str, Installation]) -> str:
    return resolved[key].label if key in resolved else run.build.wishes.get(key, "")


def _tag(option: ProgramOption, run: RunOptions, resolved: Mapping[str, Installation]) -> str:
    """The one that was asked for, else the one that what was found has."""
    asked = run.build.wished_tags.get(option.tags, frozenset())
    has = resolved[option.tags].tags if option.tags in resolved else frozenset[str]()
    for tags in (asked, has):
        found = [one for one in option.values if one in tags]
        if len(found) == 1:
            return found[0]
    return ""


def _other_tags(concerned: list[ProgramOption], run: RunOptions) -> Iterator[tuple[str, Scalar]]:
    """Those that no option gives."""
    for key, tags in run.build.wished_tags.items():
        given = {value for one in concerned if one.tags == key for value in one.values}
        if others := sorted(tags - given):
            yield f"{TAGS}{key}", ",".join(others)


def run_again(
    run: RunOptions,
    choices: Mapping[str, Scalar],
    program: Program,
    command: Command,
    *,
    trusted: bool = False,
) -> RunOptions:
    """The run with what a point's choices say of options.

    What was resolved is not wished for, the point holds it; but what the user named counts as
    named again.

    Raises:
        UsageError: an option takes no such value, or it may lead a program elsewhere.
    """
    keys = frozenset(one.key for one in program.requirements_of(command))
    tags = {key: frozenset(split_tags(text)) for key, text in _under(TAGS, choices, keys)}
    wishes = {**run.build.wishes, **dict(_under(WISH, choices, keys))}
    variables = dict(run.environment)
    for one in options_of(program).values():
        if one.name not in choices or command.key not in one.commands:
            continue
        text = _text(choices[one.name])
        if one.sets:
            variables[one.sets] = _sound(one, text, trusted=trusted)
        elif one.tags:
            tags[one.tags] = tags.get(one.tags, frozenset()) | {one.text(text)}
        elif not one.declared and one.name != DATASET:
            wishes[one.wishes] = text
    build = replace(run.build, wishes=wishes, wished_tags=tags)
    return replace(run, build=build, environment=variables)


def _sound(option: ProgramOption, text: str, *, trusted: bool) -> str:
    """A point is a stranger's: a text of its own may name files."""
    found = option.text(text)
    if names_place(found) and found not in option.values and not trusted:
        raise UsageError(
            f"it is not replayed unasked, for --{option.name}={found!r:.100} may name a file",
            hint="where you trust whoever recorded it: --trust",
        )
    return found


def _under(
    group: str, choices: Mapping[str, Scalar], keys: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Key and text of the choices that are told under a group, of requirements that there are."""
    for name, value in choices.items():
        key = name.removeprefix(group)
        if name.startswith(group) and key in keys:
            yield key, _text(value)


def _text(value: Scalar) -> str:
    """Whole numbers without a point."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value)


def gone_options(
    choices: Mapping[str, Scalar], program: Program, command: Command
) -> Iterator[str]:
    """Names among a point's choices that are options no longer."""
    known = {name for name, one in options_of(program).items() if command.key in one.commands}
    for name in choices:
        if is_own_choice(name) and name not in known:
            yield name
