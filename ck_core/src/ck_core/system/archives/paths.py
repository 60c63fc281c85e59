"""The paths in an archive: each stays in its directory, no two are one file on any system."""

from __future__ import annotations

import re
import unicodedata

from ck_core.domain.names import is_reserved_on_windows

_LONGEST_PART, _LONGEST_PATH = 255, 1000
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")


class Tree:
    """The paths of an archive; directories have a final '/'."""

    def __init__(self) -> None:
        self.directories: set[str] = set()
        self._members: set[str] = set()
        self._spelled: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._spelled)

    def add(self, path: str) -> str:
        """Takes a path in; says what is wrong with it, or nothing."""
        if problem := _problem_of_path(path.removesuffix("/")):
            return problem
        if path in self._members:
            return "is there twice"
        self._members.add(path)
        return self._claim(path) or self._claim_parents(path)

    def _claim_parents(self, path: str) -> str:
        end = len(path) - 1
        while (end := path.rfind("/", 0, end)) > 0:
            parent = path[: end + 1]
            if parent in self.directories:
                break
            if problem := self._claim(parent):
                return problem
        return ""

    def _claim(self, path: str) -> str:
        other = self._spelled.setdefault(_fold(path), path)
        if other != path:
            return f"clashes with {shown(other)}"
        if path.endswith("/"):
            self.directories.add(path)
        return ""


def _fold(path: str) -> str:
    """One spelling for what is one file on macOS or Windows."""
    return unicodedata.normalize("NFC", path.removesuffix("/").casefold())


def _problem_of_path(path: str) -> str:
    """Why a path could leave its directory or cannot be everywhere; empty when it is good."""
    if path.startswith("/"):
        return "is an absolute path"
    if _UNSAFE.search(path):
        return "has a backslash or a control character in its name"
    try:
        if len(path.encode()) > _LONGEST_PATH:
            return f"has a path of more than {_LONGEST_PATH} bytes"
    except UnicodeEncodeError:
        return "has a name that is no Unicode text"
    return next(filter(None, map(_problem_of_part, path.split("/"))), "")


def _problem_of_part(part: str) -> str:
    if part in {"", ".", ".."}:
        return f"has a part {part!r} in its path"
    if part[-1] in ". ":
        return "has a part that ends with a dot or a space"
    if part[1:2] == ":":
        return "has a drive letter in its path"
    if len(part.encode()) > _LONGEST_PART:
        return f"has a part of more than {_LONGEST_PART} bytes"
    return "has a part that is reserved on Windows" if is_reserved_on_windows(part) else ""


def shown(path: str) -> str:
    """A stranger's path as messages have it."""
    return f"{path!r:.80}"
