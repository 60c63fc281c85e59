"""Adding, changing, moving and removing components: each is whole before anybody sees it.

A component comes and goes by one ``rename`` of its directory. CK's alias files are written
behind it; where that was cut short, ``info.json`` still holds the UID and ``ckp doctor`` mends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ck_core import __version__
from ck_core.domain.component import Component
from ck_core.domain.kinds import kind_uid
from ck_core.domain.names import check_new_name, is_uid, new_uid
from ck_core.errors import ComponentNotFoundError, StorageError, UsageError
from ck_core.store.aliases import name_of_uid, remove_alias, uid_of_name, write_alias
from ck_core.store.components import INFO_FILE, META_FILE, read_component, read_info
from ck_core.store.repositories import Repository
from ck_core.system.files import format_json, write_atomically
from ck_core.system.locks import locked
from ck_core.system.trees import copy_tree, move_directory, new_directory, remove_directory

Change = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""From the meta as it is to the meta as it shall be."""


@dataclass(frozen=True, kw_only=True)
class NewComponent:
    """What is to be added; without ``alias`` it is named by its UID, as CK does.

    ``title`` is CK's ``data_name``.
    """

    kind: str
    alias: str = ""
    uid: str = ""
    title: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def add(repository: Repository, new: NewComponent) -> Component:
    """A new component.

    Raises:
        UsageError: its name or UID is taken or impossible, or the repository is read-only.
        StorageError: it cannot be written.
    """
    uid = new.uid or (new.alias if is_uid(new.alias) else new_uid())
    place = _new_place(repository, new.kind, new.alias or uid, uid)

    def fill(directory: Path) -> None:
        write_atomically(directory / META_FILE, format_json(dict(new.values)))
        write_info(directory, new.kind, uid, new.title or place.name)

    return _bring(repository, place, uid, fill)


def copy(component: Component, repository: Repository, kind: str, name: str) -> Component:
    """A copy with all files and a UID of its own; raises as ``add``."""
    uid = name if is_uid(name) else new_uid()
    place = _new_place(repository, kind, name, uid)

    def fill(directory: Path) -> None:
        with _held(component) as latest:
            copy_tree(component.path, directory)
        if "backup_data_uid" in latest.values:
            values = {**latest.values, "backup_data_uid": uid}
            write_atomically(directory / META_FILE, format_json(values))
        titled = latest.title if latest.title != latest.alias else place.name
        write_info(directory, kind, uid, titled, made_now=True)

    return _bring(repository, place, uid, fill)


def move(component: Component, repository: Repository, kind: str, name: str) -> Component:
    """The same component, UID included, under another name, kind or repository; as ``add``."""
    uid = component.uid or new_uid()
    place = _new_place(repository, kind, name, uid, moving=component.path)
    if place == component.path:  # which the system would allow, and its alias would be removed
        raise UsageError(f"{place} is there already", hint="choose another name")
    with _held(component):
        write_info(component.path, component.kind, uid)  # its alias file stays behind
        move_directory(component.path, place)
        write_info(place, kind, uid)
        moved = _announce(repository, place, uid)
        remove_alias(component.path.parent, component.alias, component.uid)
    return moved


def update(component: Component, change: Change) -> Component:
    """Changes the meta; of two processes one waits. Raises BadComponentError, StorageError."""
    with _held(component) as latest:
        write_atomically(component.path / META_FILE, format_json(dict(change(latest.values))))
        write_info(component.path, component.kind, latest.uid)
        return read_component(component.repository, component.kind, component.path)


def remove(component: Component) -> None:
    """Out of sight at once, then from the disk; raises StorageError."""
    with _held(component):
        remove_directory(component.path)
    remove_alias(component.path.parent, component.alias, component.uid)


@contextmanager
def _held(component: Component) -> Iterator[Component]:
    """As it is now; nobody else changes it meanwhile.

    What somebody has just taken away must not be written: that would bring half of it back.
    """
    gone = ComponentNotFoundError(
        f"{component.cid} is gone: somebody has just moved or removed it",
        hint=f"ckp ls {component.kind} lists what there is",
    )
    with locked(component.path):
        if not component.meta_file.parent.is_dir():
            raise gone
        latest = read_component(component.repository, component.kind, component.path)
        if latest.uid != component.uid:  # another has been put in its place
            raise gone
        yield latest


def check_writable(repository: Repository, why: str) -> None:
    """Raises UsageError where a repository is not to be changed."""
    if not repository.writable:
        raise UsageError(
            f"repository '{repository.alias}' is read-only ({repository.origin}): cannot {why}",
            hint="ckp cp KIND:NAME local:KIND:NAME makes a copy of yours that you can change",
        )


def _new_place(
    repository: Repository, kind: str, name: str, uid: str, moving: Path | None = None
) -> Path:
    check_writable(repository, f"add {kind}:{name}")
    check_new_name(kind, "kind")
    check_new_name(name)
    directory = repository.path / kind
    if uid and is_uid(name) and name != uid:
        raise UsageError(
            f"'{name}' is another UID than the component's, {uid}", hint="choose another name"
        )
    if uid and not is_uid(uid):
        raise UsageError(f"'{uid}' is no UID", hint="a UID is 16 digits of 0-9 and a-f")
    taken = name_of_uid(str(directory), uid) if uid else ""
    if taken and directory / taken != moving and (directory / taken).exists():
        raise UsageError(f"UID {uid} is taken by {kind}:{taken}", hint="leave --uid out")
    return directory / name


def _bring(
    repository: Repository, place: Path, uid: str, fill: Callable[[Path], None]
) -> Component:
    """It appears filled; until its alias is noted nobody else changes it."""
    with ExitStack() as held:
        with new_directory(place, must_be_new=True) as directory:
            held.enter_context(locked(directory))
            fill(directory)
        return _announce_new(repository, place, uid)


def _announce_new(repository: Repository, place: Path, uid: str) -> Component:
    """What cannot be noted, on a full disk, goes again: who tries once more finds the name free."""
    try:
        return _announce(repository, place, uid)
    except StorageError:
        remove_directory(place)
        remove_alias(place.parent, place.name, uid)
        raise


def _announce(repository: Repository, place: Path, uid: str) -> Component:
    """Writes the alias files and reads what is there now."""
    kind = place.parent.name
    if not is_uid(place.name):
        write_alias(place.parent, place.name, uid)
    if not uid_of_name(str(repository.path), kind):
        write_alias(repository.path, kind, kind_uid(kind))
    return read_component(repository.alias, kind, place)


def write_info(
    directory: Path, kind: str, uid: str, title: str = "", *, made_now: bool = False
) -> None:
    """CK's info.json: what is known of the component besides its meta."""
    old = read_info(directory)
    values = {
        **old,
        "backup_data_uid": uid,
        "backup_module_uid": kind_uid(kind),
        "backup_module_uoa": kind,
    }
    if made_now or "control" not in old:
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")
        values["control"] = {"engine": "ckp", "iso_datetime": now, "version": [__version__]}
    if title:
        values["data_name"] = title
    if values != old:
        write_atomically(directory / INFO_FILE, format_json(values))
