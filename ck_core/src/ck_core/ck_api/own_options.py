"""Options of a program's own among the keys of CK's input."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ck_core.ck_api.request import Request
from ck_core.context import Context
from ck_core.domain.program import parse_program
from ck_core.domain.program_options.reading import DATASET, options_of
from ck_core.domain.program_options.reserved import plain

_OF_CK = frozenset(
    {"action", "cid", "cids", "repo-uoa", "module-uoa", "data-uoa", "record-repo", "dep-add-tags"}
    | {DATASET}
)
"""Keys that mean something else, besides those that no option may have."""


def own_options_of(request: Request, context: Context) -> dict[str, Any]:
    """By the options' names, as they are given: ``{"framework": "tflite", "batch": 8}``."""
    program = parse_program(context.store.get(request.one_cid()))
    names = {plain(name): name for name in options_of(program) if plain(name) not in _OF_CK}
    given = ((plain(key), value) for key, value in request.values.items())
    return {names[key]: value for key, value in given if key in names}


def without_own(request: Request, own: Collection[str]) -> dict[str, Any]:
    """What else is given."""
    names = {*map(plain, own)}
    return {key: value for key, value in request.values.items() if plain(key) not in names}
