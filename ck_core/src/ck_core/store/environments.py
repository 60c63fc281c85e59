"""``env`` components: what was detected or installed, kept for the next run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from ck_core.domain.component import Component
from ck_core.domain.installation import Installation
from ck_core.domain.kinds import kind_uid
from ck_core.domain.meta import Meta
from ck_core.domain.target import Target
from ck_core.errors import BadComponentError, StorageError
from ck_core.store import editing
from ck_core.store.aliases import uid_of_name, write_alias
from ck_core.store.components import META_FILE, parse_meta, read_meta
from ck_core.store.env_format import SCRIPT_FILE, env_script, env_values, read_installation
from ck_core.store.repositories import Repository
from ck_core.system.files import file_digest, format_json, write_atomically
from ck_core.system.trees import new_directory

ENV = "env"
_MARKER = "ckp-install.json"


class State(str, Enum):
    """What has become of something that was registered."""

    OK = "ok"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Registered:
    """An ``env`` component and whether what it describes still is so."""

    component: Component
    installation: Installation
    state: State


class Environments:
    """The ``env`` components of the user's local repository.

    Args:
        release_of: distribution and version of the plugin of a name; another release may
            describe the same thing otherwise, and without the plugin nothing builds with it.
        host: this machine.
    """

    def __init__(
        self, local: Repository, release_of: Callable[[str], str], host: Callable[[], Target]
    ) -> None:
        self._local = local
        self._release_of = release_of
        self._host = host

    def registered(self) -> Iterator[Installation]:
        """Installations that still are what they were when they were registered."""
        return (one.installation for one in self.entries() if one.state is State.OK)

    def entries(self) -> Iterator[Registered]:
        """All that can be read, in whatever state; of a damaged one nothing can be told."""
        for component in self._local.components(ENV, []):
            with suppress(BadComponentError):
                installation = read_installation(component.meta)
                state = self._state(component, installation)
                yield Registered(component=component, installation=installation, state=state)

    def damaged(self) -> list[Path]:
        """The directories of entries that cannot be read."""
        known = {one.component.alias for one in self.entries()}
        return [
            self._local.path / ENV / name for name in self._local.names(ENV) if name not in known
        ]

    def find(self, uid: str) -> Installation | None:
        """The registered installation of a UID, whether or not it still is what it was."""
        found = self.find_entry(uid)
        return found.installation if found else None

    def find_entry(self, uid: str) -> Registered | None:
        entries = (one for one in self.entries() if uid in {one.component.uid, one.component.alias})
        return next(entries, None)

    def register(self, installation: Installation) -> None:
        path = self._local.path / ENV / installation.uid
        values = {
            **env_values(installation, self._host()),
            "plugin_release": self._release_of(installation.plugin),
            "fingerprint": _fingerprint(installation.path),
        }
        script = env_script(installation)
        if path.is_dir():
            self._write(path, values, script)
        else:
            with new_directory(path) as directory:  # nobody sees one without its meta
                self._write(directory, values, script)
        if not uid_of_name(str(self._local.path), ENV):  # CK finds kinds by it
            write_alias(self._local.path, ENV, kind_uid(ENV))

    def forget(self, entry: Registered) -> None:
        """The entry alone; the files of the installation stay."""
        editing.remove(entry.component)

    def digest_of(self, installation: Installation) -> str:
        """``sha256:...`` of its main file, recorded in its entry; empty where that is no file.

        Read anew each time: size and time of a file can be forged, and locks trust this.
        """
        digest = file_digest(installation.path)
        entry = self.find_entry(installation.uid)
        if entry and entry.component.values.get("file_digest") != digest:
            values = {**entry.component.values, "file_digest": digest}
            with suppress(StorageError):  # whoever only looks needs no place to write
                write_atomically(entry.component.meta_file, format_json(values))
        return digest

    def keep_in(self, directory: Path, installation: Installation) -> None:
        """Marks the directory of an installed package as complete."""
        values = env_values(installation, self._host())
        write_atomically(directory / _MARKER, format_json(values))

    def kept_in(self, directory: Path) -> Installation | None:
        """What a directory holds; None where it is not complete.

        A mark that names another place came with what was unpacked, or with a copied home.
        """
        file = str(directory / _MARKER)
        try:
            kept = read_installation(Meta(parse_meta(read_meta(file).text, file), file))
        except BadComponentError:
            return None
        return kept if kept.directory == directory else None

    def _write(self, directory: Path, values: dict[str, Any], script: str) -> None:
        write_atomically(directory / SCRIPT_FILE, script)
        editing.write_info(directory, ENV, str(values["backup_data_uid"]), str(values["data_name"]))
        write_atomically(directory / META_FILE, format_json(values))

    def _state(self, component: Component, installation: Installation) -> State:
        fingerprint = _fingerprint(installation.path)
        directory = installation.directory
        if not fingerprint or (directory and not _fingerprint(directory)):
            return State.GONE
        release = self._release_of(installation.plugin)
        holds = component.meta.text("fingerprint") == fingerprint and (
            release and component.meta.text("plugin_release") == release
        )
        return State.OK if holds else State.CHANGED


def _fingerprint(path: Path) -> str:
    """Changes when the file is replaced, e.g. by an upgrade; empty when it is gone."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # a path with NUL is nobody's
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}"
