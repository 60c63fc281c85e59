"""CK's command templates: ``$#key#$`` and ``$<<VARIABLE>>$``, expanded into argument lists.

Values come from datasets and installations of strangers. They never reach a shell
unquoted: without shell operators a command becomes an argument list; with them each
value is quoted for the place where it stands.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\$#(\w+)#\$|\$<<(\w+)>>\$")
_OPERATOR = frozenset("|&;<>()`*?\n")


class UnknownPlaceholderError(Exception):
    """The template asks for a value that nothing gives; ``args[0]`` is its name."""


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


def expand_command(template: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The argument list of a command; through ``sh -c`` only where it has shell operators."""
    bare = _PLACEHOLDER.sub("", template)
    if not _OPERATOR & set(bare) and "$" not in bare:
        return expand_words(template, values)
    return ("/bin/sh", "-c", expand_shell(template, values))


def expand_shell(template: str, values: Mapping[str, str]) -> str:
    """The template as a shell text, each value quoted for the quotation it stands in."""
    parts: list[str] = []
    position, quotation = 0, ""
    for match in _PLACEHOLDER.finditer(template):
        literal = template[position : match.start()]
        quotation = _quotation_after(literal, quotation)
        parts += [literal, _quoted(_value(match, values), quotation)]
        position = match.end()
    return "".join([*parts, template[position:]])


def _value(match: re.Match[str], values: Mapping[str, str]) -> str:
    name = match[1] or match[2]
    if name not in values:
        raise UnknownPlaceholderError(name)
    return values[name]


def _quotation_after(text: str, quotation: str) -> str:
    """The quotation mark that is open after ``text``; empty when none is."""
    characters = iter(text)
    for character in characters:
        if character == "\\" and quotation != "'":
            next(characters, None)
        elif quotation:
            quotation = "" if character == quotation else quotation
        elif character in "'\"":
            quotation = character
    return quotation


def _quoted(value: str, quotation: str) -> str:
    if quotation == "'":
        return value.replace("'", "'\\''")
    if quotation == '"':
        return re.sub(r'([\\"$`])', r"\\\1", value)
    return shlex.quote(value)
