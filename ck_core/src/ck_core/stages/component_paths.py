"""Paths of other components: ``$#ck_take_from_{CID}#$`` and ``ck_to_env``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.cid import parse_name
from ck_core.domain.template import placeholders

_PREFIX, _SUFFIX = "ck_take_from_{", "}"


def component_directory(cid: str, context: Context) -> Path:
    """A name alone is a program's; raises ComponentNotFoundError."""
    return context.store.get(parse_name(cid, "program")).path


def taken_directories(templates: Iterable[str], context: Context) -> dict[str, str]:
    """The values of the ``ck_take_from_`` placeholders in templates, with a separator behind."""
    names = (one for one in placeholders(*templates) if one.startswith(_PREFIX))
    return {
        name: f"{component_directory(name[len(_PREFIX) : -len(_SUFFIX)], context)}{os.sep}"
        for name in sorted(names)
    }


def path_variables(components: Mapping[str, str], context: Context) -> dict[str, str]:
    """Variables that hold paths of components."""
    return {name: str(component_directory(cid, context)) for name, cid in components.items()}
