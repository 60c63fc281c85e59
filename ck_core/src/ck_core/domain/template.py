"""CK's command templates: ``$#key#$`` and ``$<<VARIABLE>>$``, expanded into argument lists.

``$#env1#$VARIABLE$#env2#$`` is an older way to write a variable, and
``$#ck_take_from_{CID}#$`` is the directory of another component.

Values come from datasets and installations of strangers. No shell ever parses one: without
shell operators a command becomes an argument list; with them each value is handed to the shell
in an environment variable, of which the command line holds only the name.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_PLACEHOLDER = re.compile(
    r"\$#env1#\$(\w+)\$#env2#\$|\$#(\w+|ck_take_from_\{[^{}#$]+\})#\$|\$<<(\w+)>>\$"
)
_OPERATOR = frozenset("|&;<>()`*?\n")
_IN_QUOTATION = {"": '"${%s}"', '"': "${%s}", "'": "'\"${%s}\"'"}
_WORD_END = frozenset(" \t\n|&;<>()")

Values = Mapping[str, "str | tuple[str, ...]"]
"""Of placeholders; a tuple is several words where it stands alone."""


class UnknownPlaceholderError(Exception):
    """The template asks for a value that nothing gives; ``args[0]`` is its name."""


@dataclass(frozen=True)
class CommandLine:
    """An argument list, and variables that its shell needs in the environment."""

    arguments: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)


def placeholders(*templates: str) -> frozenset[str]:
    """The names that templates ask for."""
    return frozenset(
        _name(match) for template in templates for match in _PLACEHOLDER.finditer(template)
    )


def expand_text(template: str, values: Values) -> str:
    """As one text; raises UnknownPlaceholderError."""
    return _PLACEHOLDER.sub(lambda match: _text(_value(match, values)), template)


def expand_words(template: str, values: Values) -> tuple[str, ...]:
    """Words of a template without shell syntax; a variable alone may become several words.

    Raises:
        UnknownPlaceholderError: a placeholder has no value.
        ValueError: a quotation is not closed.
    """
    words: list[str] = []
    for word in shlex.split(template):
        alone = _PLACEHOLDER.fullmatch(word)
        words.extend(_words(alone, values) if alone else [expand_text(word, values)])
    return tuple(words)


def expand_command(template: str, values: Values) -> CommandLine:
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


def _shell_parts(template: str, values: Values, variables: dict[str, str]) -> Iterator[str]:
    """The template with variables for placeholders, each quoted for where it stands."""
    position, quotation = 0, ""
    for match in _PLACEHOLDER.finditer(template):
        literal = template[position : match.start()]
        quotation = _quotation_after(literal, quotation)
        alone = not quotation and _is_alone(template, match)
        words = _words(match, values) if alone else [_text(_value(match, values))]
        yield literal
        yield " ".join(_as_variable(word, quotation, variables) for word in words)
        position = match.end()
    yield template[position:]


def _as_variable(word: str, quotation: str, variables: dict[str, str]) -> str:
    name = f"CKP_VALUE_{len(variables) + 1}"
    variables[name] = word
    return _IN_QUOTATION[quotation] % name


def _is_alone(template: str, match: re.Match[str]) -> bool:
    around = template[: match.start()][-1:], template[match.end() :][:1]
    return all(one in _WORD_END for one in around if one)


def _words(match: re.Match[str], values: Values) -> list[str]:
    """Of a placeholder that stands alone."""
    value = _value(match, values)
    if isinstance(value, tuple):
        return list(value)
    return shlex.split(value) if match[0].startswith("$<<") else [value]


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def _value(match: re.Match[str], values: Values) -> str | tuple[str, ...]:
    name = _name(match)
    if name not in values:
        raise UnknownPlaceholderError(name)
    return values[name]


def _name(match: re.Match[str]) -> str:
    found: str = next(filter(None, match.groups()))
    return found


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
