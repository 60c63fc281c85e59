"""What determines a build, as one hash."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from ck_core.domain.build import BuildRequest
from ck_core.system.files import storage_errors
from ck_core.system.processes import clean_environment

_NOT_SOURCES = frozenset({".cm", "reference", "__pycache__", ".git"})


def build_fingerprint(request: BuildRequest, plugin_release: str) -> str:
    """Hash of sources, compiler (path, version, file), plugin, flags, target and environment.

    Every file of the component counts as a source, because any may be included, but its meta
    and reference outputs, unless they are named as sources.
    """
    digest = sha256()
    named = {request.source_root / source for source in request.sources}
    for path in sorted({*named, *_source_files(request.source_root, frozenset())}):
        digest.update(os.fsencode(path.relative_to(request.source_root)) + b"\0")
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
    compiler = request.compiler
    status = compiler.path.stat() if compiler.path.exists() else None
    return {
        "compiler": [compiler.uid, compiler.target, sorted(compiler.environment.items())],
        "compiler_file": [status.st_size, status.st_mtime_ns] if status else None,
        "variable": request.compiler_variable,
        "sources": [*map(str, request.sources)],
        "include": [*map(str, request.include_directories)],
        "macros": sorted(request.macros.items()),
        "level": request.level.value,
        "flags": request.flags,
        "link_flags": request.link_flags,
        "target_file": request.target_file,
        "environment": sorted(
            (name, value)
            for name, value in clean_environment().items()
            if name.endswith("PATH") and name != "PATH"
        ),
    }
