"""CK's ``env`` format (CK_FORMAT section 4), with what ckp needs beside it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ck_core.domain.installation import Installation
from ck_core.domain.meta import Meta
from ck_core.domain.target import Target, parse_target
from ck_core.domain.variables import is_list, variables_of
from ck_core.errors import BadComponentError

SCRIPT_FILE = "env.sh"
_SYSTEMS_OF_CK = frozenset({"linux", "windows"})
_SHELL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def env_values(one: Installation, host: Target) -> dict[str, Any]:
    """The meta of an installation's ``env`` component."""
    return {
        "backup_data_uid": one.uid,
        "data_name": one.name,
        "tags": sorted(one.tags),
        "soft_uoa": one.soft,
        "env": dict(one.environment),
        "env_script": SCRIPT_FILE,
        "customize": _customize(one),
        "setup": _setup(one, host),
        "deps": {key: {"uoa": uid} for key, uid in one.dependencies.items()},
        "package_uoa": one.package,
        "package_alias": one.package_alias,
        "package_variation": one.package_variation,
        "install_location": str(one.directory or ""),
        "include_directories": _texts(one.include_directories),
        "link_flags": list(one.link_flags),
        "library_directories": _texts(one.library_directories),
        "binary_directories": _texts(one.binary_directories),
        "digest": one.digest,
        "problem": one.problem,
        "product": one.product,
        "target": one.target,
        "plugin": one.plugin,
        "origin": one.origin,
        "priority": one.priority,
    }


def env_script(one: Installation) -> str:
    """Exports for a POSIX shell; what is no name of a shell's variable cannot be exported."""
    lines = (
        _export(name, value) for name, value in variables_of(one) if _SHELL_NAME.fullmatch(name)
    )
    return "\n".join([f"# {_one_line(one.name)}", *lines, ""])


def read_installation(meta: Meta) -> Installation:
    """Raises BadComponentError where a key has a wrong type."""
    customize = meta.mapping("customize")
    location = meta.text("install_location")
    return Installation(
        name=meta.text("data_name"),
        product=meta.text("product"),
        version=customize.text("version"),
        path=Path(customize.text("full_path")),
        tags=frozenset(meta.texts("tags")),
        environment=meta.environment("env"),
        target=meta.text("target"),
        plugin=meta.text("plugin"),
        origin=meta.text("origin"),
        priority=int(meta.number("priority")),
        soft=meta.text("soft_uoa"),
        include_directories=_paths(meta, "include_directories"),
        link_flags=_words(meta, "link_flags"),
        library_directories=_paths(meta, "library_directories"),
        binary_directories=_paths(meta, "binary_directories"),
        dependencies={key: one.text("uoa") for key, one in meta.mappings("deps").items()},
        directory=Path(location) if location else None,
        package=meta.text("package_uoa"),
        package_alias=meta.text("package_alias"),
        package_variation=meta.text("package_variation"),
        digest=meta.text("digest"),
        problem=meta.text("problem"),
    )


def _customize(one: Installation) -> dict[str, Any]:
    """What CK reads; the first directory of each kind stands for all."""
    places = {
        "path_bin": one.binary_directories,
        "path_lib": one.library_directories,
        "path_include": one.include_directories,
    }
    return {
        "version": one.version,
        "version_split": _split(one.version),
        "full_path": str(one.path),
        **({} if one.path.is_file() else {"skip_file_check": "yes"}),
        **{key: str(found[0]) for key, found in places.items() if found},
        **({"used_package_uid": one.package} if one.package else {}),
    }


def _setup(one: Installation, host: Target) -> dict[str, Any]:
    target = parse_target(one.target) if one.target else host
    return {
        "host_os_uoa": _system_name(host),
        "target_os_uoa": _system_name(target),
        "target_os_bits": str(target.bits),
        "version": one.version,
        "version_split": _split(one.version),
    }


def _system_name(target: Target) -> str:
    """As CK's entries of operating systems are called; empty is any, unknown fails."""
    return f"{target.system}-{target.bits}" if target.system in _SYSTEMS_OF_CK else ""


def _split(version: str) -> list[int]:
    """The numbers that a version begins with; CK sorts by them."""
    return [int(part) for part in re.findall(r"[0-9]{1,18}", version)]


def _export(name: str, value: str) -> str:
    text = shlex.quote(value)
    return f"export {name}={text}" + (f'"${{{name}:+:${name}}}"' if is_list(name) else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _texts(paths: Iterable[Path]) -> list[str]:
    return [str(path) for path in paths]


def _paths(meta: Meta, key: str) -> tuple[Path, ...]:
    return tuple(map(Path, _words(meta, key)))


def _words(meta: Meta, key: str) -> tuple[str, ...]:
    """They become arguments and variables of processes."""
    words = meta.texts(key)
    if any("\0" in word for word in words):
        raise BadComponentError(f"'{key}' of an env holds NUL")
    return words
