"""What a hook is given, in its simplest form."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform, Target

_LINUX = Target(architecture="x86_64", system="linux")
LINUX = Platform(host=_LINUX, target=_LINUX, cores=2)


def requirement(*tags: str, without: Sequence[str] = (), key: str = "compiler") -> Requirement:
    """What has all of ``tags`` and none of ``without``, in any version."""
    return Requirement(key=key, tags=frozenset(tags), no_tags=frozenset(without))
