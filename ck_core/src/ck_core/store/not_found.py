"""What to say when a Cid names no component, or several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from ck_core.domain.cid import Cid
from ck_core.errors import ComponentNotFoundError
from ck_core.store.repositories import Repository

_SHOWN = 8


def ambiguous(cid: Cid, names: Iterable[str]) -> ComponentNotFoundError:
    ordered = sorted(names)
    shown = ", ".join(ordered[:_SHOWN]) + (", ..." if len(ordered) > _SHOWN else "")
    return ComponentNotFoundError(
        f"'{cid}' names {len(ordered)} components: {shown}", hint="name one of them"
    )


def not_found(cid: Cid, repositories: Sequence[Repository]) -> ComponentNotFoundError:
    """With the nearest name there is."""
    meant = [repository for repository in repositories if repository.is_meant_by(cid.repository)]
    if not meant:
        known = {repository.alias for repository in repositories}
        return _unknown(
            f"there is no repository '{cid.repository}'", cid.repository, known, "ls repo"
        )
    if not any(repository.kinds_meant_by(cid.kind) for repository in meant):
        return _unknown_kind(cid, meant)
    directories = [one.path / cid.kind / name for one in meant for name in one.names(cid.kind)]
    names = {one.name for one in directories if (one / ".cm").is_dir()}
    for place in directories:
        if place.name == cid.name and cid.name not in names:
            return ComponentNotFoundError(
                f"{place} is no component: it has no .cm",
                hint=f"bring back {place}/.cm/meta.json, or remove {place}",
            )
    message = f"there is no component '{cid}'"
    return _unknown(message, cid.name, names, f"ls {cid.kind}", prefix=f"{cid.kind}:")


def _unknown_kind(cid: Cid, repositories: Sequence[Repository]) -> ComponentNotFoundError:
    """People forget the kind: ``sort`` for ``program:sort``."""
    message = f"there is no component of kind '{cid.kind}'"
    kinds = sorted({kind for repository in repositories for kind in repository.kinds()})
    if any(repository.is_meant_by(cid.kind) for repository in repositories):
        return ComponentNotFoundError(message, hint=f"did you mean {cid.kind}:{cid.name}:*?")
    for kind in kinds if cid.name == "*" else ():
        if any(repository.name_meant_by(kind, cid.kind) for repository in repositories):
            return ComponentNotFoundError(message, hint=f"did you mean {kind}:{cid.kind}?")
    return _unknown(message, cid.kind, set(kinds), "ls")


def _unknown(
    message: str, name: str, known: set[str], listing: str, *, prefix: str = ""
) -> ComponentNotFoundError:
    near = get_close_matches(name, sorted(known), n=1)
    suggestion = f"did you mean {prefix}{near[0]}? " if near else ""
    return ComponentNotFoundError(message, hint=f"{suggestion}ckp {listing} lists what there is")
