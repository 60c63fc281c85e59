"""Kinds of components, explained."""

from __future__ import annotations

from difflib import get_close_matches

from ck_core.domain.kinds import KINDS
from ck_core.errors import ComponentNotFoundError

_COMMON = "add, check, cp, find, info, load, ls, mv, ren, rm, search, update"


def kinds_help() -> str:
    """One line a kind."""
    width = max(map(len, KINDS))
    lines = [f"  {kind.name:{width}}  {kind.title}" for kind in KINDS.values()]
    return "\n".join(["Kinds of components:", *lines, "", "ckp help KIND says more; ckp --help"])


def kind_help(name: str) -> str:
    """Raises ComponentNotFoundError for a kind that ckp does not know."""
    kind = KINDS.get(name.partition(":")[0])
    if kind is None:
        near = get_close_matches(name, list(KINDS), n=1)
        suggestion = f"did you mean {near[0]}? " if near else ""
        raise ComponentNotFoundError(
            f"ckp knows nothing special of the kind '{name}'",
            hint=f"{suggestion}ckp add, ckp ls and the like work on any kind",
        )
    own = "".join(f"  ckp {action} {kind.name}:NAME ...\n" for action in kind.actions)
    return (
        f"{kind.name}: {kind.title} (CK's module {kind.uid})\n\n"
        f"{own}  ckp ls {kind.name}      which there are\n\n"
        f"And on every kind: {_COMMON}.\nckp ACTION --help says more of each."
    )
