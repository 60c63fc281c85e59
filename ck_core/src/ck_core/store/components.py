"""Reading one component."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ck_core.domain.component import Component
from ck_core.domain.names import is_uid
from ck_core.errors import BadComponentError
from ck_core.store.aliases import uid_of_name
from ck_core.system.files import read_text
from ck_core.system.marks import lasting_mark

META_FILE = ".cm/meta.json"
INFO_FILE = ".cm/info.json"
_META_LIMIT = 64 << 20


@dataclass(frozen=True)
class MetaFile:
    """A meta.json as it was read; ``mark`` changes with the file."""

    text: str
    mark: int
    changed_s: float


def read_component(repository: str, kind: str, path: Path) -> Component:
    """The component in a directory.

    Raises:
        BadComponentError: meta.json is missing, unreadable, not JSON or not an object.
    """
    file = f"{path}/{META_FILE}"
    found = read_meta(file)
    values = parse_meta(found.text, file)
    return make_component(repository, kind, path, values, found.changed_s)


def make_component(
    repository: str, kind: str, path: Path, values: Mapping[str, Any], changed_s: float
) -> Component:
    """With what lies beside the meta: CK keeps UID and title there."""
    title = values.get("data_name") or read_info(path).get("data_name")
    return Component(
        repository=repository,
        kind=kind,
        alias=path.name,
        uid=read_uid(path, values),
        path=path,
        values=values,
        title=title if isinstance(title, str) else "",
        changed_s=changed_s,
    )


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


def read_uid(path: Path, values: Mapping[str, Any]) -> str:
    """From the component's name, its alias file, its meta or its info.json, in this order."""
    if is_uid(path.name):
        return path.name
    if uid := uid_of_name(str(path.parent), path.name):
        return uid
    return _backup_uid(values) or _backup_uid(read_info(path))


def read_info(path: Path) -> dict[str, Any]:
    """CK's ``info.json`` of a component: origin and dates; empty where there is none of sense."""
    file = f"{path}/{INFO_FILE}"
    try:
        return parse_meta(read_meta(file).text, file)
    except BadComponentError:
        return {}


def _backup_uid(values: Mapping[str, Any]) -> str:
    uid = values.get("backup_data_uid")
    return uid if isinstance(uid, str) and is_uid(uid) else ""


def _is_unicode(values: Any) -> bool:
    try:
        json.dumps(values, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _bad(file: str, problem: str) -> BadComponentError:
    place = file.removesuffix(f"/{META_FILE}")
    return BadComponentError(f"{file} {problem}", hint=f"correct or remove {place}")
