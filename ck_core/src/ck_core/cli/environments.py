"""Installations on the screen: detect and show."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ck_core.cli.console import ConsoleReporter, print_json, print_table
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.installation import Installation
from ck_core.domain.target import parse_target
from ck_core.domain.variables import variables_of
from ck_core.store.environments import Registered, State
from ck_core.system.host import host_target
from ck_core.workspace.installations import Installations
from ck_core.workspace.shapes import installation_json
from ck_core.workspace.workspace import Workspace

_DIALECTS = frozenset({"f77", "f90"})
_NONE = "nothing like that is registered; ckp detect soft --tags=... looks"


def detect_soft(cid: Cid, tags: frozenset[str]) -> list[Installation]:
    """What is on the machine with these tags, registered; raises as ``Installations.detect``."""
    return Installations(Workspace(ConsoleReporter())).detect(cid, tags)


def print_installations(found: Sequence[Installation], *, as_json: bool) -> None:
    ordered = sorted(found, key=lambda one: one.order)
    if as_json:
        print_json([installation_json(one) for one in ordered])
        return
    _print([_row(one) for one in ordered])
    if not ordered:
        ConsoleReporter().note(_NONE)


def show_environments(cid: Cid, tags: frozenset[str], *, as_json: bool) -> None:
    """All that are meant as a table, or one of a UID in detail."""
    workspace = Workspace(ConsoleReporter())
    found = Installations(workspace).registered(cid, tags)
    ordered = sorted(found, key=lambda one: one.installation.order)
    preferred = set(workspace.context.choices.all().values())
    if as_json:
        print_json([registered_json(one, preferred) for one in ordered])
    elif len(ordered) == 1 and not cid.is_pattern:
        print_table(("env", str(cid)), detail_rows(ordered[0], preferred, workspace.context))
    else:
        _print([_entry_row(one, preferred) for one in ordered])
        if not ordered:
            ConsoleReporter().note(_NONE)


def registered_json(entry: Registered, preferred: set[str]) -> dict[str, Any]:
    one = entry.installation
    return {
        **installation_json(one),
        "state": entry.state.value,
        "preferred": one.uid in preferred,
    }


def detail_rows(
    entry: Registered, preferred: set[str], context: Context
) -> Iterator[tuple[str, str]]:
    """Everything that is known of one, the variables it sets included."""
    one = entry.installation
    yield "use as", one.label
    yield "name", one.name
    yield "uid", one.uid
    yield "state", _state(entry, preferred)
    yield "path", str(one.path)
    if one.directory:
        yield "directory", str(one.directory)
    if one.target:
        yield "target", one.target
    yield "tags", ", ".join(sorted(one.tags))
    yield "origin", one.origin
    if one.problem:
        yield "problem", one.problem
    yield "sha256", context.environments.digest_of(one).removeprefix("sha256:") or "none"
    if one.package:
        name = f"package:{one.package_alias or one.package}"
        yield "package", f"{name} {one.package_variation}".strip()
    for key, uid in one.dependencies.items():
        maker = context.environments.find(uid)
        yield "built with", f"{key} {maker.label if maker else 'that is gone'} (env:{uid})"
    yield "plugin", one.plugin
    for name, value in variables_of(one):
        yield f"${name}", value


_COLUMNS = ("use as", "uid", "target", "state", "languages", "origin", "path")
_COPIED = frozenset({"use as", "uid"})
_DULL = frozenset({"", State.OK.value})
_SPARED = frozenset({"languages", "origin"})
_NARROW = 100


def _print(rows: Sequence[Mapping[str, str]]) -> None:
    """Columns that say nothing are left out; on a narrow terminal two more, for the paths."""
    narrow = sys.stdout.isatty() and shutil.get_terminal_size().columns < _NARROW
    kept = [
        name
        for name in _COLUMNS
        if not (narrow and name in _SPARED)
        and not (rows and {row.get(name, "") for row in rows} <= _DULL)
    ]
    print_table(kept, [[row[name] for name in kept] for row in rows], whole=_COPIED)


def _row(one: Installation) -> dict[str, str]:
    spoken = sorted(tag[5:] for tag in one.tags if tag.startswith("lang-"))
    languages = [name for name in spoken if name not in _DIALECTS]
    return {
        "use as": one.label,
        "target": _foreign(one.target),
        "languages": ", ".join(languages),
        "origin": one.origin,
        "path": str(one.path),
    }


def _foreign(triple: str) -> str:
    """What ``--target`` calls it; nothing for this machine."""
    target = parse_target(triple) if triple else host_target()
    return "" if target == host_target() else target.name


def _entry_row(entry: Registered, preferred: set[str]) -> dict[str, str]:
    state = _state(entry, preferred)
    return {**_row(entry.installation), "uid": entry.installation.uid, "state": state}


def _state(entry: Registered, preferred: set[str]) -> str:
    chosen = ", your choice" if entry.installation.uid in preferred else ""
    return f"{entry.state.value}{chosen}"
