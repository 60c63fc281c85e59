"""What determines a build, as one hash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from ck_core.domain.build import BuildRequest
from ck_core.system.files import storage_errors
from ck_core.system.processes import clean_environment

_NOT_SOURCES = frozenset({".cm", "reference", "__pycache__", ".git"})


def build_fingerprint(request: BuildRequest, plugin_release: str) -> str:
    """Hash of sources, compiler (path, version, file), plugin, flags, target and environment.

    Every file of the component counts as a source but its meta and reference outputs,
    because any of them may be included.
    """
    digest = sha256()
    for path in sorted(_source_files(request.source_root)):
        digest.update(f"{path.relative_to(request.source_root)}\0".encode())
        with storage_errors("read", path):
            digest.update(sha256(path.read_bytes()).digest())
    choices = {**_choices(request), "plugin": plugin_release}
    digest.update(json.dumps(choices, sort_keys=True, default=str).encode())
    return digest.hexdigest()[:32]


def _source_files(root: Path) -> Iterator[Path]:
    for path in root.iterdir():
        if path.is_dir() and not path.is_symlink() and path.name not in _NOT_SOURCES:
            yield from _source_files(path)
        elif path.is_file():
            yield path


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
