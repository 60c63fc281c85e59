"""Commands as somebody may type them in an empty directory, wherever they ran."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

Commands = tuple[tuple[str, ...], ...]


def typed_in(directory: Path, commands: Iterable[Iterable[str]]) -> Commands:
    """With names instead of paths in that directory: ``-fprofile-use=profile``, ``./a.out``."""
    return tuple(tuple(_typed(str(directory), word) for word in one) for one in commands)


def _typed(directory: str, word: str) -> str:
    """A word that is such a path alone may be what is run: a shell looks for no plain name here."""
    if word == directory:
        return os.curdir
    inside = f"{directory}{os.sep}"
    if word.startswith(inside):
        return f"{os.curdir}{os.sep}{word.removeprefix(inside)}"
    return word.replace(inside, "")


def with_files_as(
    directory: Path, files: Collection[str], commands: Iterable[Iterable[str]]
) -> Commands:
    """The directory once in place of all its files that are arguments: their names are chance."""
    return tuple(tuple(_replaced(str(directory), files, command)) for command in commands)


def _replaced(directory: str, files: Collection[str], command: Iterable[str]) -> Iterator[str]:
    is_there = False
    for word in command:
        if word not in files:
            yield word
        elif not is_there:
            yield directory
            is_there = True


def behind_link(word: str, directory: Path) -> str:
    """The file itself where it is a link to one, in a directory that is gone after the run."""
    path = Path(word)
    return str(path.resolve()) if directory in path.parents and path.is_symlink() else word


def with_variables(variables: Mapping[str, str], arguments: Iterable[str]) -> tuple[str, ...]:
    """``env NAME=VALUE program``"""
    named = [f"{name}={value}" for name, value in variables.items()]
    return (*(["env", *named] if named else ()), *arguments)
