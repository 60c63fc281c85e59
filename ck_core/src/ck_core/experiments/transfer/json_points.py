"""The points of a JSON file, one after the other: it may be larger than memory."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TextIO

from ck_core.errors import BadComponentError, UsageError
from ck_core.system.files import storage_errors

_BLOCK = 1 << 20
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def listed_points(file: Path) -> Iterator[Any]:
    """What the list ``points`` of an object holds, or a list itself; nothing in it is checked.

    Raises:
        UsageError: there is no such file.
        BadComponentError: it is not JSON, to the very end, or holds no such list.
        StorageError: it cannot be read.
    """
    if not file.is_file():
        raise UsageError(f"there is no file {file}", hint="ckp export --to json writes one")
    with storage_errors("read", file), file.open("rb") as binary:
        encoding = json.detect_encoding(binary.read(4))
    with storage_errors("read", file), file.open(encoding=encoding) as stream:
        try:
            yield from _points(_Text(stream), file)
        except (ValueError, RecursionError) as problem:
            said = getattr(problem, "msg", "") or problem
            raise BadComponentError(f"{file} is not JSON: {said}") from None


def _points(text: _Text, file: Path) -> Iterator[Any]:
    found = True
    if text.next() == "[":
        yield from text.items()
    elif text.next() == "{":
        found = yield from _member_points(text)
    else:
        text.value()
        found = False
    text.expect("")
    if not found:
        raise BadComponentError(
            f"{file} holds no list of points", hint="ckp export --to json writes one"
        )


def _member_points(text: _Text) -> Generator[Any, None, bool]:
    """Answers whether there was such a member."""
    found = False
    for key in text.members():
        if key == "points" and not found and text.next() == "[":
            found = True
            yield from text.items()
        else:
            text.value()
    return found


class _Text:
    """A JSON text that is read as far as somebody asks; what was asked for is forgotten.

    All methods raise ValueError where it is none.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text = ""
        self._at = 0

    def next(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def expect(self, mark: str) -> None:
        if self.next() != mark:
            raise ValueError(f"expecting {mark or 'the end'}")
        self._at += len(mark)

    def items(self) -> Iterator[Any]:
        """The values of the list that begins here."""
        for _ in self._parts("[", "]"):
            yield self.value()

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here; who is given one takes its value."""
        for _ in self._parts("{", "}"):
            key = self.value()
            if not isinstance(key, str):
                raise ValueError("expecting a name in quotes")  # noqa: TRY004  # of the text
            self.expect(":")
            yield key

    def _parts(self, begin: str, end: str) -> Iterator[None]:
        self.expect(begin)
        if self.next() != end:
            yield None
            while self.next() != end:
                self.expect(",")
                yield None
        self.expect(end)

    def value(self) -> Any:
        """Whatever begins here."""
        self.next()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except ValueError:
                if not self._more():
                    raise
                continue
            size = end - self._at
            if end < len(self._text) or not self._more():  # a number may go on
                self._at += size
                return found

    def _more(self) -> bool:
        """Twice as much as is left, so that a long value is not begun too often."""
        rest = self._text[self._at :]
        part = self._stream.read(max(_BLOCK, len(rest)))
        self._text, self._at = rest + part, 0
        return bool(part)
