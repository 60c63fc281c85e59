"""Repositories as wholes: made, registered, packed, unpacked, forgotten."""

from __future__ import annotations

from pathlib import Path

from ck_core.domain.names import check_new_name, new_uid
from ck_core.errors import BadComponentError, CkpError, UsageError
from ck_core.store.registry import Registration, Registry
from ck_core.store.repositories import DESCRIPTION_FILE, Repository
from ck_core.system.archives import pack, unpack
from ck_core.system.files import format_json, storage_errors, write_atomically
from ck_core.system.trees import new_directory, remove_directory


def make_repository(registry: Registry, alias: str, path: Path) -> Registration:
    """An empty one, or the directory that is there already; registered.

    Raises:
        UsageError: the name is taken or impossible.
        StorageError: it cannot be written.
    """
    check_new_name(alias, "repository")
    with storage_errors("create", path):
        path.mkdir(parents=True, exist_ok=True)
    if not (path / DESCRIPTION_FILE).exists():
        write_atomically(path / DESCRIPTION_FILE, format_json(_description(alias)))
    registration = Registration(alias=alias, path=path)
    registry.register(registration)
    return registration


def unpack_repository(registry: Registry, alias: str, archive: Path, path: Path) -> Registration:
    """A repository from an archive; its files may lie in one folder of the archive.

    Raises:
        BadComponentError: the archive is unsafe, or holds no repository.
        UsageError, StorageError: as ``make_repository``.
    """
    check_new_name(alias, "repository")
    with new_directory(path, must_be_new=True) as directory:
        unpack(archive, directory)
        _lift(directory, archive)
    registration = Registration(alias=alias, path=path)
    try:
        registry.register(registration)
    except CkpError:
        remove_directory(path)  # the place must be free when this is tried again
        raise
    return registration


def pack_repository(repository: Repository, archive: Path) -> int:
    """The number of files in the new archive; raises CkpError as ``pack``."""
    return pack(repository.path, archive)


def forget_repository(registry: Registry, alias: str, *, files: bool) -> None:
    """Its files stay where they are unless they are to go as well."""
    registration = registry.get(alias)
    registry.unregister(alias)
    if files and registration.path.exists():
        remove_directory(registration.path)


def _description(alias: str) -> dict[str, object]:
    uid = new_uid()
    return {"data_uoa": alias, "data_alias": alias, "data_uid": uid, "data_name": alias, "dict": {}}


def _lift(directory: Path, archive: Path) -> None:
    """Archives of code hosts put everything into one folder."""
    if (directory / DESCRIPTION_FILE).is_file():
        return
    inner = list(directory.iterdir())
    if len(inner) != 1 or not (inner[0] / DESCRIPTION_FILE).is_file():
        raise BadComponentError(
            f"{archive} holds no repository: it has no {DESCRIPTION_FILE}",
            hint="ckp zip repo:NAME makes such an archive",
        )
    with storage_errors("unpack to", directory):
        for path in list(inner[0].iterdir()):
            if path.name == inner[0].name:
                raise UsageError(f"{archive} holds {path.name}/{path.name}: rename one of them")
            path.rename(directory / path.name)
        inner[0].rmdir()
