"""CK's command templates: ``$#key#$`` and ``$<<VARIABLE>>$``, expanded into argument lists.

``$#env1#$VARIABLE$#env2#$`` is an older way to write a variable.

Values come from datasets and installations of strangers. No shell ever parses one: without
shell operators a command becomes an argument list; with them each value is handed to the shell
in an environment variable, of which the command line holds only the name.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_PLACEHOLDER = re.compile(r"\$#env1#\$(\w+)\$#env2#\$|\$#(\w+)#\$|\$<<(\w+)>>\$")
_OPERATOR = frozenset("|&;<>()`*?\n")
_IN_QUOTATION = {"": '"${%s}"', '"': "${%s}", "'": "'\"${%s}\"'"}


class UnknownPlaceholderError(Exception):
    """The template asks for a value that nothing gives; ``args[0]`` is its name."""


@dataclass(frozen=True)
class CommandLine:
    """An argument list, and variables that its shell needs in the environment."""

    arguments: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)


def expand_words(template: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """Words of a template without shell syntax; a variable alone may become several words.

    Raises:
        UnknownPlaceholderError: a placeholder has no value.
        ValueError: a quotation is not closed.
    """
    words: list[str] = []
    for word in shlex.split(template):
        expanded = _PLACEHOLDER.sub(lambda match: _value(match, values), word)
        alone = word.startswith("$<<") and _PLACEHOLDER.fullmatch(word)
        words.extend(shlex.split(expanded) if alone else [expanded])
    return tuple(words)


def expand_command(template: str, values: Mapping[str, str]) -> CommandLine:
    """The command; through ``sh -c`` only where it has shell operators.

    Raises:
        UnknownPlaceholderError, ValueError: as ``expand_words``.
    """
    bare = _PLACEHOLDER.sub("", template)
    if not _OPERATOR & set(bare) and "$" not in bare:
        return CommandLine(expand_words(template, values))
    variables: dict[str, str] = {}
    text = "".join(_shell_parts(template, values, variables))
    return CommandLine(("/bin/sh", "-c", text), variables)


def _shell_parts(
    template: str, values: Mapping[str, str], variables: dict[str, str]
) -> Iterator[str]:
    """The template with variables for placeholders, each quoted for where it stands."""
    position, quotation = 0, ""
    for match in _PLACEHOLDER.finditer(template):
        literal = template[position : match.start()]
        quotation = _quotation_after(literal, quotation)
        name = f"CKP_VALUE_{len(variables) + 1}"
        variables[name] = _value(match, values)
        yield literal
        yield _IN_QUOTATION[quotation] % name
        position = match.end()
    yield template[position:]


def _value(match: re.Match[str], values: Mapping[str, str]) -> str:
    name = next(filter(None, match.groups()))
    if name not in values:
        raise UnknownPlaceholderError(name)
    return values[name]


def _quotation_after(text: str, quotation: str) -> str:
    """The quotation mark that is open after ``text``; empty when none is."""
    characters = iter(text)
    before = " "
    for character in characters:
        if character == "\\" and quotation != "'":
            next(characters, None)
        elif quotation:
            quotation = "" if character == quotation else quotation
        elif character in "'\"":
            quotation = character
        elif character == "#" and before in " \t\n;":  # a comment may hold an apostrophe
            next((one for one in characters if one == "\n"), None)
        before = character
    return quotation
