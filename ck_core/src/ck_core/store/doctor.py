"""What interruptions leave behind, found and mended; what is broken, named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ck_core.domain.names import is_uid, new_uid
from ck_core.errors import BadComponentError
from ck_core.store.aliases import name_of_uid, uid_of_name, write_alias
from ck_core.store.repositories import Repository
from ck_core.store.run_directories import abandoned_runs
from ck_core.system.files import STAGING_PREFIX, is_abandoned
from ck_core.system.locks import locked
from ck_core.system.trees import remove_entry


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that was not as it should be; ``mended`` says whether it is now."""

    path: str
    what: str
    mended: bool


def examine(repository: Repository) -> Iterator[Finding]:
    """Mends a repository that the user may write; names broken components.

    Raises:
        StorageError: it cannot be read or written.
    """
    yield from remove_abandoned(repository.path)
    for kind in repository.kinds():
        directory = repository.path / kind
        yield from _mend_aliases(directory)
        yield from _mend_components(repository, kind)


def remove_abandoned(directory: Path) -> Iterator[Finding]:
    """Temporary files and directories of processes that were killed, at any depth of ours."""
    for depth in ("", "*/", "*/*/"):
        for place in (depth, f"{depth}.cm/"):
            for path in directory.glob(f"{place}{STAGING_PREFIX}*"):
                if is_abandoned(path):
                    yield _left(path)


def remove_abandoned_runs(directory: Path) -> Iterator[Finding]:
    """Directories of runs whose ckp was killed; those of failed runs stay, for people to look."""
    yield from map(_left, abandoned_runs(directory))


def _left(path: Path) -> Finding:
    with suppress(OSError):
        remove_entry(path)
    return Finding(path=str(path), what="left by an interrupted ckp", mended=True)


def _mend_aliases(directory: Path) -> Iterator[Finding]:
    """Alias files of components that are not there; nobody writes others meanwhile."""
    with locked(directory / ".cm"):
        for file in sorted((directory / ".cm").glob("alias-a-*")):
            if not (directory / file.name.removeprefix("alias-a-") / ".cm").is_dir():
                yield _removed(file)
        for file in sorted((directory / ".cm").glob("alias-u-*")):
            uid = file.name.removeprefix("alias-u-")
            name = name_of_uid(str(directory), uid)
            if not name or uid_of_name(str(directory), name) != uid:
                yield _removed(file)


def _removed(file: Path) -> Finding:
    file.unlink(missing_ok=True)
    return Finding(path=str(file), what="names no component", mended=True)


def _mend_components(repository: Repository, kind: str) -> Iterator[Finding]:
    directory = repository.path / kind
    for name in repository.names(kind):
        if not (directory / name / ".cm").is_dir():
            continue
        try:
            uid = repository.read(kind, name).uid
        except BadComponentError as problem:
            if (directory / name / ".cm").is_dir():  # else it has just been removed
                yield Finding(path=str(directory / name), what=problem.message, mended=False)
            continue
        if not is_uid(name) and not _is_noted(directory, name):
            taken = name_of_uid(str(directory), uid)  # by what this is a copy of, made by hand
            write_alias(directory, name, new_uid() if taken not in {"", name} else uid or new_uid())
            yield Finding(path=str(directory / name), what="its alias was not noted", mended=True)


def _is_noted(directory: Path, name: str) -> bool:
    uid = uid_of_name(str(directory), name)
    return bool(uid and name_of_uid(str(directory), uid))
