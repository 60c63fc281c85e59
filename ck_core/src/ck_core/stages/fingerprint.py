"""What determines a build, as one hash."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from ck_core.domain.build import BuildRequest
from ck_core.domain.installation import Installation
from ck_core.system.files import storage_errors
from ck_core.system.processes import clean_environment

_NOT_SOURCES = frozenset({".cm", "reference", "__pycache__", ".git"})


def build_fingerprint(request: BuildRequest, plugin_release: str) -> str:
    """Hash of sources, compiler (path, version, file), plugin, flags, target and environment.

    Every file of the component, and of others that it takes sources from, counts as a source,
    because any may be included, but its meta and reference outputs, unless they are named as
    sources. Libraries count as their installations are told apart.
    """
    digest = sha256()
    root = request.source_root
    found = {root / source for source in request.sources}
    for directory in (root, *request.other_roots):
        found.update(_source_files(directory, frozenset()))
    for path in sorted(found):
        digest.update(os.fsencode(os.path.relpath(path, root)) + b"\0")
        with storage_errors("read", path):
            digest.update(sha256(path.read_bytes()).digest())
    choices = {**_choices(request), "plugin": plugin_release}
    digest.update(json.dumps(choices, sort_keys=True, default=str).encode())
    return digest.hexdigest()[:32]


def _source_files(directory: Path, above: frozenset[Path]) -> Iterator[Path]:
    """Through symbolic links too, as a compiler reads, but not in circles."""
    above |= {directory.resolve()}
    for path in directory.iterdir():
        if path.is_file():
            yield path
        elif path.is_dir() and path.name not in _NOT_SOURCES and path.resolve() not in above:
            yield from _source_files(path, above)


def _choices(request: BuildRequest) -> dict[str, object]:
    dependencies = {**request.dependencies, "": request.compiler}
    return {
        "dependencies": {key: _identity(one) for key, one in dependencies.items()},
        "variables": [request.compiler_variable, request.linker_variable],
        "sources": [*map(str, request.sources)],
        "include": [request.local_include, *map(str, request.include_directories)],
        "macros": sorted(request.macros.items()),
        "program_flags": request.program_flags,
        "level": request.level.value,
        "flags": request.flags,
        "link_flags": request.link_flags,
        "commands": asdict(request.commands),
        "target_file": [request.target_file, request.bare_name, request.no_artifact],
        "identified": request.identified,
        "where": request.where,
        "training": request.profile.training if request.profile else "",
        "own_environment": sorted(request.environment.items()),
        "environment": sorted(
            (name, value)
            for name, value in clean_environment().items()
            if name.endswith("PATH") and name != "PATH"
        ),
    }


def _identity(one: Installation) -> list[object]:
    """The file's state is part of it: what was found may be replaced in its place."""
    status = one.path.stat() if one.path.exists() else None
    file = [status.st_size, status.st_mtime_ns] if status else None
    return [one.uid, one.target, one.digest, sorted(one.environment.items()), file]
