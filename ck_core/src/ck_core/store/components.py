"""Reading and writing one component."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ck_core.domain.cid import is_uid
from ck_core.domain.component import Component
from ck_core.errors import BadComponentError
from ck_core.system.files import format_json, write_atomically


def read_component(repository: str, kind: str, path: Path) -> Component:
    """The component in a directory.

    Raises:
        BadComponentError: meta.json is missing, unreadable, not JSON or not an object.
    """
    values = _read_meta(path / ".cm" / "meta.json")
    return Component(
        repository=repository,
        kind=kind,
        alias=path.name,
        uid=_read_uid(path, values),
        path=path,
        values=values,
    )


def write_component(path: Path, values: Mapping[str, Any]) -> None:
    """Writes the meta; raises StorageError where that is impossible."""
    write_atomically(path / ".cm" / "meta.json", format_json(values))


def _read_meta(file: Path) -> dict[str, Any]:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise _bad(
            file, f"is not JSON (line {error.lineno}, column {error.colno}: {error.msg})"
        ) from None
    except UnicodeDecodeError:
        raise _bad(file, "is not UTF-8 text") from None
    except RecursionError:
        raise _bad(file, "nests deeper than any meta does") from None
    except OSError as error:
        raise _bad(file, f"cannot be read: {error.strerror}") from None
    if not isinstance(values, dict):
        raise _bad(file, f"must hold a JSON object, not {type(values).__name__}")
    return values


def _bad(file: Path, problem: str) -> BadComponentError:
    return BadComponentError(f"{file} {problem}", hint=f"correct or remove {file.parent.parent}")


def _read_uid(path: Path, values: Mapping[str, Any]) -> str:
    """CK keeps the UID beside the entry, in ``.cm/alias-a-NAME`` of the kind's directory."""
    if is_uid(path.name):
        return path.name
    try:
        uid = (path.parent / ".cm" / f"alias-a-{path.name}").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        uid = ""
    backup = values.get("backup_data_uid")
    return uid or (backup if isinstance(backup, str) else "")
