"""What options of a program make of a run: a command, wishes, tags, variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from ck_core.domain.command import Command
from ck_core.domain.options import RunOptions
from ck_core.domain.program import Program
from ck_core.domain.program_options.option import ProgramOption
from ck_core.domain.program_options.reading import DATASET, needs_key, options_of
from ck_core.domain.program_options.reserved import plain
from ck_core.errors import UsageError


def with_program_options(
    run: RunOptions, program: Program, given: Mapping[str, object]
) -> RunOptions:
    """The same run with one value for each option that is given.

    A ``--dataset`` becomes a wish where the command has a requirement of that key.

    Raises:
        UsageError: there is no such option, it takes no such value, does not concern the
            command, or something else says otherwise.
        ComponentNotFoundError: the program has no such command.
        BadComponentError: ``options`` of the program's meta cannot be read.
    """
    chosen = [(one, one.text(value)) for one, value in found_options(program, given).items()]
    for option, text in chosen:
        run = _with_command(run, option, text) if option.chooses else run
    command = program.command(run.command_key)
    if run.dataset and needs_key(program, command, DATASET):
        run = wishing(replace(run, dataset=""), DATASET, run.dataset)
    for option, text in chosen:
        check_concerned(option, [command])
        run = _applied(run, option, text)
    return run


def found_options(program: Program, given: Mapping[str, object]) -> dict[ProgramOption, object]:
    """By their names, ``_`` and ``-`` being the same; raises UsageError for an unknown one."""
    known = {plain(name): one for name, one in options_of(program).items()}
    for name in given:
        if plain(name) not in known:
            near = next(iter(get_close_matches(plain(name), known, n=1)), "")
            suggestion = f"did you mean --{near}? " if near else ""
            raise UsageError(
                f"program:{program.name} has no option '{name:.60}'",
                hint=f"{suggestion}it has {', '.join(known) or 'none'}",
            )
    return {known[plain(name)]: value for name, value in given.items()}


def check_concerned(option: ProgramOption, commands: list[Command]) -> None:
    """Raises UsageError where it says something of none of these commands."""
    keys = [one.key for one in commands]
    if option.commands.isdisjoint(keys):
        raise UsageError(
            f"--{option.name} is of no use to command {', '.join(keys)}",
            hint=f"it concerns {', '.join(sorted(option.commands)) or 'no command'}",
        )


def _with_command(run: RunOptions, option: ProgramOption, text: str) -> RunOptions:
    key = text.partition("@")[0]
    if run.command_key not in ("", key):
        raise UsageError(
            f"--{option.name}={text} and command '{run.command_key}' exclude each other",
            hint=f"--{option.name} chooses the command; leave --cmd-key out",
        )
    return replace(run, command_key=key)


def _applied(run: RunOptions, option: ProgramOption, text: str) -> RunOptions:
    if option.chooses:
        version = text.partition("@")[2]
        return wishing(run, option.wishes, f"@{version}") if version else run
    if option.wishes:
        return wishing(run, option.wishes, text)
    if option.tags:
        return tagged(run, option.tags, frozenset({text}))
    return _setting(run, option, text)


def wishing(run: RunOptions, key: str, wish: str) -> RunOptions:
    """With what shall meet a requirement; raises UsageError where that is said otherwise."""
    wished = run.build.wishes.get(key, wish)
    if wished != wish:
        raise UsageError(f"{key} is to be both {wished} and {wish}", hint="name one")
    build = replace(run.build, wishes={**run.build.wishes, key: wish})
    return replace(run, build=build)


def tagged(run: RunOptions, key: str, tags: frozenset[str]) -> RunOptions:
    """With further tags that a requirement shall have."""
    both = run.build.wished_tags.get(key, frozenset()) | tags
    build = replace(run.build, wished_tags={**run.build.wished_tags, key: both})
    return replace(run, build=build)


def _setting(run: RunOptions, option: ProgramOption, text: str) -> RunOptions:
    if run.environment.get(option.sets, text) != text:
        raise set_twice(option)
    return replace(run, environment={**run.environment, option.sets: text})


def set_twice(option: ProgramOption) -> UsageError:
    """The user gives its variable as well."""
    return UsageError(
        f"--{option.name} sets the variable {option.sets}, and --env.{option.sets} as well",
        hint="give one of them",
    )
