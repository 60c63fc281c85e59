"""Asking plugins what is on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.installation import Installation
from ck_core.domain.package import Package, parse_packages
from ck_core.domain.query import Query
from ck_core.domain.requirement import Requirement
from ck_core.domain.soft import Soft
from ck_core.domain.soft_reading import parse_soft
from ck_core.errors import BadComponentError

_Parsed = TypeVar("_Parsed")


def detect_anew(requirement: Requirement, context: Context) -> list[Installation]:
    """What the plugins find now; it is registered for the next run."""
    with context.reporter.step(f"looking for {requirement}"):
        found = look(requirement, context)
    for installation in found:
        context.environments.register(installation)
    return found


def look(
    requirement: Requirement, context: Context, places: tuple[Path, ...] = ()
) -> list[Installation]:
    """As ``detect_anew``, but nothing is registered.

    Args:
        places: directories with one installation each, to be looked into as well.
    """
    known = tuple(softs(context))
    for one in known:
        if one.problem and one.concerns(requirement):
            context.reporter.warn(one.problem)
    answers = context.plugins.collect(
        "detect",
        requirement=requirement,
        platform=context.platform,
        softs=known,
        places=places,
    )
    return [replace(one, plugin=one.plugin or plugin) for plugin, found in answers for one in found]


def softs(context: Context) -> Iterator[Soft]:
    """Every sound description of how something is found."""
    return _sound("soft", parse_soft, context)


def packages(context: Context) -> Iterator[Package]:
    """Every sound description of how something is installed."""
    for several in _sound("package", parse_packages, context):
        yield from several


def _sound(kind: str, parse: Callable[[Component], _Parsed], context: Context) -> Iterator[_Parsed]:
    """One broken component hides no other."""
    for component in context.store.search(Query(cid=Cid(kind))):
        try:
            yield parse(component)
        except BadComponentError as error:
            context.reporter.warn(f"{component.full_cid} is left out: {error.message}")
