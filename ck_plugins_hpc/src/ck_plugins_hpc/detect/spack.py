"""Spack: what it has built, as its database tells.

Spack itself is not run: it takes seconds to answer.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ck_plugins_hpc.detect.offers import Offer

_DATABASE = Path(".spack-db", "index.json")
_LARGEST = 256 << 20
_DEFAULT_TREE = "$spack/opt/spack"
_CONFIGURATION = ("~/.spack/config.yaml", "$spack/etc/spack/config.yaml", "/etc/spack/config.yaml")
_LISTS = (("PATH", "bin"), ("LD_LIBRARY_PATH", "lib"), ("LD_LIBRARY_PATH", "lib64"))


@dataclass(frozen=True, kw_only=True)
class Built:
    """One entry of the database."""

    name: str
    version: str
    digest: str
    prefix: Path


def spack_offers(words: frozenset[str]) -> Iterator[Offer]:
    """Installed packages of these names."""
    root = _root()
    tree = _tree(root) if root and words else None
    database = _read(tree / _DATABASE) if tree else {}
    for one in built(database):
        if one.name in words and one.prefix.is_dir():
            yield _offer(one)


def built(database: Mapping[str, Any]) -> Iterator[Built]:
    """What a database (``index.json``, versions 5 to 8) says; the system's own is left out."""
    installs = _mapping(_mapping(database, "database"), "installs")
    for digest in installs:
        record = _mapping(installs, digest)
        spec = _mapping(record, "spec")
        name, version, path = spec.get("name"), spec.get("version"), record.get("path")
        known = all(isinstance(one, str) and one for one in (name, version, path))
        if known and record.get("installed") is True and not spec.get("external"):
            yield Built(
                name=str(name), version=str(version), digest=str(digest), prefix=Path(str(path))
            )


def _offer(one: Built) -> Offer:
    added: dict[str, tuple[str, ...]] = {}
    for variable, below in _LISTS:
        place = one.prefix / below
        if place.is_dir():
            added[variable] = (*added.get(variable, ()), str(place))
    return Offer(origin=f"Spack {one.name}@{one.version}/{one.digest[:7]}", added=added)


def _root() -> Path | None:
    """Spack's own directory: ``SPACK_ROOT``, or the one above ``spack`` on ``PATH``."""
    named = os.environ.get("SPACK_ROOT")
    if named:
        return Path(named)
    tool = shutil.which("spack")
    return Path(os.path.realpath(tool)).parents[1] if tool else None


def _tree(root: Path) -> Path:
    """Where it installs, as the nearest configuration says."""
    for place in _CONFIGURATION:
        named = _configured(Path(_expanded(place, root)))
        if named:
            return Path(_expanded(named, root))
    return Path(_expanded(_DEFAULT_TREE, root))


def _configured(file: Path) -> str:
    """``config: install_tree: root:``, or in old versions ``config: install_tree:``."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
    import yaml  # noqa: PLC0415  # start-up time

    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError:
        return ""
    tree = _mapping(values if isinstance(values, dict) else {}, "config").get("install_tree")
    named = tree.get("root") if isinstance(tree, dict) else tree
    return named if isinstance(named, str) else ""


def _expanded(text: str, root: Path) -> str:
    """With Spack's own variables, ``$spack`` among them, and the user's."""
    named = re.sub(r"\$spack\b|\$\{spack\}", lambda _: str(root), text)
    return os.path.expandvars(os.path.expanduser(named))  # noqa: PTH111  # the next call takes text


def _read(file: Path) -> Mapping[str, Any]:
    """Nothing where it cannot be read: a database is written by another tool."""
    try:
        status = file.stat()
    except OSError:
        return {}
    return _values(file, status.st_mtime_ns) if status.st_size <= _LARGEST else {}


@lru_cache(maxsize=1)
def _values(file: Path, _changed_ns: int) -> Mapping[str, Any]:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _mapping(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = values.get(key)
    return found if isinstance(found, dict) else {}
