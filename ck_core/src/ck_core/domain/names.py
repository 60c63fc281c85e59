"""Names that are safe as a directory's on every system."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import PurePosixPath

from ck_core.errors import UsageError

LONGEST_NAME_BYTES = 200
"""File systems take 255; alias files and temporary names put something in front."""
_UID = re.compile(r"[0-9a-f]{16}")
_FORBIDDEN = frozenset('/\\:*?[]"<>|')
_RESERVED_ON_WINDOWS = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
)


def new_uid() -> str:
    """A CK UID: 16 lower-case hexadecimal digits."""
    return os.urandom(8).hex()


def is_uid(name: str) -> bool:
    """Whether the text is a CK UID: 16 lower-case hexadecimal digits."""
    return bool(_UID.fullmatch(name))


def is_one_part(name: str) -> bool:
    """Whether a name of somebody else's stays in the directory it is used in."""
    return name not in {"", ".", ".."} and not {"/", "\\", "\0"} & set(name)


def stays_below(path: str) -> bool:
    """Whether a relative path cannot lead out of the directory it starts in."""
    return bool(path) and all(map(is_one_part, PurePosixPath(path).parts))


def check_new_name(name: str, what: str = "name") -> str:
    """The name, where it may be given to something new.

    Raises:
        UsageError: it would leave its directory, hide, or be impossible on some system.
    """
    if problem := problem_of_name(name):
        raise UsageError(
            f"{what} {name!r:.80} {problem}", hint="use letters, digits, '-', '_' and '.'"
        )
    return name


def problem_of_name(name: str) -> str:
    """Why a name cannot be one path component everywhere; empty when it can."""
    if not name:
        return "is empty"
    if any(ord(character) < 32 or ord(character) == 127 for character in name):
        return "holds control characters"
    if bad := _FORBIDDEN & set(name):
        return f"holds {' '.join(sorted(bad))}"
    if name[0] in ".- " or name[-1] in ". ":
        return "begins with '.', '-' or a space, or ends with '.' or a space"
    if is_reserved_on_windows(name):
        return "is reserved on Windows"
    return _encoding_problem(name)


def is_reserved_on_windows(name: str) -> bool:
    """Windows takes 'COM¹' for 'COM1', and looks at nothing from the first dot on."""
    stem = name.partition(".")[0].rstrip(" ")
    return unicodedata.normalize("NFKC", stem).lower() in _RESERVED_ON_WINDOWS


def _encoding_problem(name: str) -> str:
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return "is no Unicode text"
    return f"is longer than {LONGEST_NAME_BYTES} bytes" if size > LONGEST_NAME_BYTES else ""
