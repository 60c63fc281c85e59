"""Taking away what ckp installed, and never anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.cid import Cid, matches
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import tagged
from ck_core.errors import ComponentNotFoundError, UsageError
from ck_core.store.environments import ENV
from ck_core.system.locks import locked
from ck_core.system.trees import remove_directory

_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Uninstalled:
    """``needed_by`` are the labels of what was made with it and is still there."""

    installation: Installation
    directory: Path
    needed_by: tuple[str, ...]


def uninstall(
    cid: Cid, tags: frozenset[str], context: Context, *, every: bool = False
) -> list[Uninstalled]:
    """Directory and entry of what ``env:UID``, ``env`` with tags, or ``package:NAME`` means.

    Raises:
        UsageError: it was found, not installed by ckp; or several are meant, not ``every``.
        ComponentNotFoundError: nothing is meant.
    """
    owned = _owned(_meant(cid, tags, context), context)
    if len(owned) > 1 and not every:
        names = ", ".join(f"{one.label} (env:{one.uid})" for one in [*owned.values()][:_SHOWN])
        raise UsageError(f"this means {len(owned)} installations: {names}", hint="--all means all")
    return [_removed(one, directory, context) for directory, one in owned.items()]


def _meant(cid: Cid, tags: frozenset[str], context: Context) -> list[Installation]:
    if cid.kind not in {ENV, "package"} or (cid.name == "*" and not tags):
        raise UsageError(
            f"ckp uninstall works on installations, not on '{cid}'",
            hint="ckp uninstall env:UID, env --tags=..., or package:NAME; ckp show env lists them",
        )
    need = tagged(ENV, tags)
    found = [one for one in _known(context) if _is_named(one, cid) and not need.refusal(one)]
    if not found:
        raise ComponentNotFoundError(
            f"nothing is installed that '{cid}{_with_tags(tags)}' means",
            hint="ckp show env lists what there is",
        )
    ours = [one for one in found if _directory_of(one, context)]
    return ours if ours and cid.is_pattern else found


def _known(context: Context) -> list[Installation]:
    """What is registered, and what lies there although its entry was removed."""
    known = {one.installation.uid: one.installation for one in context.environments.entries()}
    tools = context.tools_directory
    for directory in sorted(tools.iterdir()) if tools.is_dir() else []:
        if kept := context.environments.kept_in(directory):
            known.setdefault(kept.uid, kept)
    return list(known.values())


def _is_named(one: Installation, cid: Cid) -> bool:
    names = {one.uid} if cid.kind == ENV else one.package_names
    return any(matches(name, cid.name) for name in names)


def _owned(meant: Sequence[Installation], context: Context) -> dict[Path, Installation]:
    """By directory: one may hold several, a compiler for many targets."""
    owned: dict[Path, Installation] = {}
    for one in meant:
        directory = _directory_of(one, context)
        if directory is None:
            raise UsageError(
                f"{one.label} at {one.path} was found on this machine, not installed by ckp",
                hint=f"ckp rm env:{one.uid} forgets it; the files are yours",
            )
        owned.setdefault(directory, one)
    return owned


def _directory_of(one: Installation, context: Context) -> Path | None:
    """The directory below ckp's tools that holds it alone; None where that is elsewhere.

    What an entry says is not believed: it must really lie there.
    """
    tools = context.tools_directory.resolve()
    place = (one.directory or one.path).resolve()
    if not place.is_relative_to(tools) or place == tools:
        return None
    return tools / place.relative_to(tools).parts[0]


def _removed(one: Installation, directory: Path, context: Context) -> Uninstalled:
    """First nobody is led to it any more, then it goes; an interruption leaves only files."""
    with locked(directory):
        entries = list(context.environments.entries())
        inside = [e for e in entries if _directory_of(e.installation, context) == directory]
        for entry in inside:
            context.environments.forget(entry)
        if directory.exists():
            remove_directory(directory)
    gone = {one.uid, *(entry.installation.uid for entry in inside)}
    context.choices.forget(gone)
    needed_by = [
        entry.installation.label
        for entry in entries
        if entry not in inside and gone & set(entry.installation.dependencies.values())
    ]
    return Uninstalled(installation=one, directory=directory, needed_by=tuple(needed_by))


def _with_tags(tags: frozenset[str]) -> str:
    return f" --tags={','.join(sorted(tags))}" if tags else ""
