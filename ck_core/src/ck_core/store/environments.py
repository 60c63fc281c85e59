"""``env`` components: what was detected or installed, kept for the next run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ck_core.domain.component import Component
from ck_core.domain.installation import Installation
from ck_core.errors import BadComponentError
from ck_core.store.components import META_FILE
from ck_core.store.repositories import Repository
from ck_core.system.files import format_json, write_atomically
from ck_core.system.trees import new_directory


class Environments:
    """The ``env`` components of the user's local repository.

    Args:
        release_of: distribution and version of the plugin of a name; another release may
            describe the same thing otherwise, and without the plugin nothing builds with it.
    """

    def __init__(self, local: Repository, release_of: Callable[[str], str]) -> None:
        self._local = local
        self._release_of = release_of

    def registered(self) -> Iterator[Installation]:
        """Installations that still are what they were when they were registered."""
        for component in self._local.components("env", []):
            with suppress(BadComponentError):  # of a damaged one nothing can be told: look anew
                installation = _read(component)
                if self._still_holds(component, installation):
                    yield installation

    def register(self, installation: Installation) -> None:
        path = self._local.path / "env" / installation.uid
        release = self._release_of(installation.plugin)
        values = {**_values(installation), "plugin_release": release}
        with new_directory(path) as directory:  # nobody sees one without its meta
            write_atomically(directory / META_FILE, format_json(values))
        write_atomically(path / META_FILE, format_json(values))  # where it was there already

    def _still_holds(self, component: Component, installation: Installation) -> bool:
        release = self._release_of(installation.plugin)
        return component.meta.text("fingerprint") == _fingerprint(installation.path) and bool(
            release and component.meta.text("plugin_release") == release
        )


def _fingerprint(path: Path) -> str:
    """Changes when the file is replaced, e.g. by an upgrade; empty when it is gone."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}"


def _values(installation: Installation) -> dict[str, Any]:
    """CK's ``env`` format, with what ckp needs beside it."""
    return {
        "backup_data_uid": installation.uid,
        "data_name": installation.name,
        "tags": sorted(installation.tags),
        "soft_uoa": installation.soft,
        "env": dict(installation.environment),
        "customize": {"version": installation.version, "full_path": str(installation.path)},
        "product": installation.product,
        "target": installation.target,
        "plugin": installation.plugin,
        "origin": installation.origin,
        "priority": installation.priority,
        "fingerprint": _fingerprint(installation.path),
    }


def _read(component: Component) -> Installation:
    meta = component.meta
    customize = meta.mapping("customize")
    return Installation(
        name=meta.text("data_name"),
        product=meta.text("product"),
        version=customize.text("version"),
        path=Path(customize.text("full_path")),
        tags=component.tags,
        environment=meta.text_mapping("env"),
        target=meta.text("target"),
        plugin=meta.text("plugin"),
        origin=meta.text("origin"),
        priority=int(meta.number("priority")),
        soft=meta.text("soft_uoa"),
    )
