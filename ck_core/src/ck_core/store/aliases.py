"""CK's alias files: ``.cm/alias-a-NAME`` holds a UID, ``.cm/alias-u-UID`` a name.

They lie in a kind's directory for its components and in a repository's for its kinds.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ck_core.domain.names import is_one_part, is_uid
from ck_core.system.files import read_text, write_atomically
from ck_core.system.locks import locked

_LIMIT = 1 << 12


def uid_of_name(directory: str, name: str) -> str:
    """The UID that is noted for a name; empty where there is none."""
    uid = _read(f"{directory}/.cm/alias-a-{name}")
    return uid if is_uid(uid) else ""


def name_of_uid(directory: str, uid: str) -> str:
    """The name that is noted for a UID; empty where there is none, or one that leads away."""
    name = _read(f"{directory}/.cm/alias-u-{uid}") if is_uid(uid) else ""
    return name if is_one_part(name) else ""


def write_alias(directory: Path, name: str, uid: str) -> None:
    """Raises StorageError."""
    with locked(directory / ".cm"):
        write_atomically(directory / ".cm" / f"alias-u-{uid}", f"{name}\n")
        write_atomically(directory / ".cm" / f"alias-a-{name}", f"{uid}\n")


def remove_alias(directory: Path, name: str, uid: str) -> None:
    """Leaves alone what another component has written meanwhile."""
    with locked(directory / ".cm"), suppress(OSError):
        if name_of_uid(str(directory), uid) == name:
            (directory / ".cm" / f"alias-u-{uid}").unlink()
        if uid_of_name(str(directory), name) == uid:
            (directory / ".cm" / f"alias-a-{name}").unlink()


def _read(file: str) -> str:
    try:
        return read_text(file, _LIMIT)[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""
