"""Reading and writing one component."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ck_core.domain.cid import is_uid
from ck_core.domain.component import Component
from ck_core.errors import BadComponentError
from ck_core.system.files import format_json, read_text, write_atomically
from ck_core.system.marks import lasting_mark

META_FILE = ".cm/meta.json"
_META_LIMIT = 64 << 20
_ALIAS_LIMIT = 1 << 12


def read_component(repository: str, kind: str, path: Path) -> Component:
    """The component in a directory.

    Raises:
        BadComponentError: meta.json is missing, unreadable, not JSON or not an object.
    """
    file = f"{path}/{META_FILE}"
    values = parse_meta(read_meta(file).text, file)
    return Component(
        repository=repository,
        kind=kind,
        alias=path.name,
        uid=read_uid(str(path.parent), path.name, values),
        path=path,
        values=values,
    )


def write_component(path: Path, values: Mapping[str, Any]) -> None:
    """Writes the meta; raises StorageError where that is impossible."""
    write_atomically(path / META_FILE, format_json(values))


@dataclass(frozen=True)
class MetaFile:
    """A meta.json as it was read; ``mark`` changes with the file."""

    text: str
    mark: int
    changed_s: float


def read_meta(file: str) -> MetaFile:
    """The text of a meta.json; raises BadComponentError as ``read_component`` does."""
    try:
        text, state = read_text(file, _META_LIMIT)
        return MetaFile(text, lasting_mark(state), state.st_mtime)
    except UnicodeDecodeError:
        raise _bad(file, "is not UTF-8 text") from None
    except OSError as error:
        raise _bad(file, f"cannot be read: {error.strerror}") from None


def parse_meta(text: str, file: str) -> dict[str, Any]:
    """The object that a meta.json holds; raises BadComponentError as ``read_component`` does."""
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise _bad(
            file, f"is not JSON (line {error.lineno}, column {error.colno}: {error.msg})"
        ) from None
    except RecursionError:
        raise _bad(file, "nests deeper than any meta does") from None
    except ValueError:
        raise _bad(file, "holds a number of thousands of digits") from None
    if "\\ud" in text.lower() and not _is_unicode(values):
        raise _bad(file, "holds text that is no Unicode (half of a surrogate pair)")
    if not isinstance(values, dict):
        raise _bad(file, f"must hold a JSON object, not {type(values).__name__}")
    return values


def _is_unicode(values: Any) -> bool:
    try:
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def read_uid(directory: str, name: str, values: Mapping[str, Any]) -> str:
    """CK keeps the UID beside the entry, in ``.cm/alias-a-NAME`` of the kind's directory."""
    if is_uid(name):
        return name
    try:
        uid = read_text(f"{directory}/.cm/alias-a-{name}", _ALIAS_LIMIT)[0].strip()
    except (OSError, UnicodeDecodeError):
        uid = ""
    backup = values.get("backup_data_uid")
    return uid or (backup if isinstance(backup, str) else "")


def _bad(file: str, problem: str) -> BadComponentError:
    place = file.removesuffix(f"/{META_FILE}")
    return BadComponentError(f"{file} {problem}", hint=f"correct or remove {place}")
