"""What installed distributions offer, known without importing any of it.

Reading the metadata of hundreds of distributions takes longer than most commands, so the
answer is kept in a cache file whose key is the state of every directory on ``sys.path``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ck_core.errors import StorageError
from ck_core.plugins.entry import Entry
from ck_core.system.files import write_atomically

_SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Entry points in loading order: the core's first, then by distribution and name.

    ``hooks`` remembers, by an entry's key, the hooks a plugin offered when last imported.
    """

    entries: tuple[Entry, ...]
    hooks: dict[str, tuple[str, ...]]

    def group(self, name: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.group == name)


def read_catalogue(cache_file: Path) -> Catalogue:
    """From the cache where it still holds, else from the distributions' metadata."""
    state = _path_state()
    cached = _load(cache_file)
    hooks = _hooks(cached)
    if cached.get("state") == state:
        with suppress(TypeError, KeyError):
            return Catalogue(entries=tuple(Entry(**e) for e in cached["entries"]), hooks=hooks)
    from ck_core.plugins.distributions import installed_entries  # noqa: PLC0415  # slow to import

    catalogue = Catalogue(entries=tuple(_sorted(installed_entries())), hooks=hooks)
    _save(cache_file, catalogue, state)
    return catalogue


def remember_hooks(cache_file: Path, catalogue: Catalogue) -> None:
    """Keeps what imports taught, for entries that are still installed."""
    _save(cache_file, catalogue, _path_state())


def repository_directory(entry: Entry) -> Path | None:
    """The folder ``package.repo`` names; its package is found, not imported."""
    package, *inner = entry.value.split(".")
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return None
    places = list(spec.submodule_search_locations or []) if spec else []
    return next((path for place in places if (path := Path(place, *inner)).is_dir()), None)


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda e: (e.distribution != "ck-core", e.distribution, e.name))


def _path_state() -> str:
    """Changes whenever a distribution comes, goes or is installed anew."""
    digest = sha256(sys.version.encode())
    for place in sys.path:
        digest.update(f"{place}\0".encode())
        with suppress(OSError), os.scandir(place or ".") as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name.endswith((".dist-info", ".egg-info")):
                    digest.update(f"{entry.name}{_entry_points_state(entry.path)}\0".encode())
    return digest.hexdigest()


def _entry_points_state(directory: str) -> str:
    try:
        status = os.stat(f"{directory}/entry_points.txt")  # noqa: PTH116  # hot: once a distribution
    except OSError:
        return "-"
    return f"{status.st_mtime_ns}-{status.st_size}"


def _load(cache_file: Path) -> dict[str, Any]:
    try:
        values = json.loads(cache_file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) and values.get("schema") == _SCHEMA else {}


def _hooks(cached: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    known = cached.get("hooks")
    if not isinstance(known, dict):
        return {}
    return {key: tuple(map(str, names)) for key, names in known.items() if isinstance(names, list)}


def _save(cache_file: Path, catalogue: Catalogue, state: str) -> None:
    keys = {entry.key for entry in catalogue.entries}
    values = {
        "schema": _SCHEMA,
        "state": state,
        "entries": [asdict(entry) for entry in catalogue.entries],
        "hooks": {key: names for key, names in catalogue.hooks.items() if key in keys},
    }
    with suppress(StorageError):  # a cache that cannot be written is only slower
        write_atomically(cache_file, json.dumps(values))
