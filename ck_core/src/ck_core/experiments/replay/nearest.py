"""What comes closest to an installation that was recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from ck_core.context import Context
from ck_core.domain.installation import Installation
from ck_core.domain.package import Package
from ck_core.domain.point import Resolved
from ck_core.domain.requirement import Requirement
from ck_core.domain.resolution import refusal
from ck_core.domain.version import Version, label_of
from ck_core.stages.looking import detect_anew, packages

_LONGEST = 9
"""Digits of a part of a version that counts as a number."""


class Nearby:
    """What is here, or what a package makes, for each requirement.

    Args:
        installs: False where packages are no help: nothing may be installed, or it has failed.
    """

    def __init__(self, context: Context, *, installs: bool = True) -> None:
        self._context = context
        self._packages: list[Package] | None = None if installs else []

    def wish(self, need: Requirement, recorded: Resolved) -> str:
        """What to ask for: a UID, ``PRODUCT@VERSION``, ``PRODUCT``; empty: whatever fits."""
        here = sorted(self._same_product(need, recorded), key=lambda one: self._far(one, recorded))
        made = {one.version for one in self._known_packages() if one.product == recorded.product}
        if here and (here[0].version == recorded.version or recorded.version not in made):
            return here[0].uid
        if recorded.version in made:
            return label_of(recorded.product, recorded.version)
        return recorded.product if made else ""

    def _same_product(self, need: Requirement, recorded: Resolved) -> Iterator[Installation]:
        found = [*self._context.environments.registered(), *detect_anew(need, self._context)]
        for one in {installation.uid: installation for installation in found}.values():
            if one.product == recorded.product and not refusal(need, one, self._context.platform):
                yield one

    def _far(self, one: Installation, recorded: Resolved) -> tuple[object, ...]:
        """The least is the nearest: by version, then by content, then by place."""
        same = one.version == recorded.version
        other_content = (
            same and bool(recorded.digest) and digest(one, self._context) != (recorded.digest)
        )
        far = distance(one.version, recorded.version)
        return far, other_content, str(one.path) != recorded.path, str(one.path)

    def _known_packages(self) -> Sequence[Package]:
        if self._packages is None:
            self._packages = list(packages(self._context))
        return self._packages


def digest(one: Installation, context: Context) -> str:
    """As lock files and points have it: of what a package made it from, else of its file."""
    return one.digest if one.package_names else context.environments.digest_of(one)


def distance(one: str, other: str) -> tuple[tuple[int, ...], bool]:
    """Between two versions, part by part; of two equally far the newer is nearer.

    ``11.3`` is nearer to ``12.2`` than ``14.1`` is, and ``12.1`` nearer than both.
    """
    pairs = zip_longest(_numbers(one), _numbers(other), fillvalue=0)
    return tuple(abs(a - b) for a, b in pairs), Version(one) < Version(other)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"[0-9]+", version) if len(part) <= _LONGEST]
