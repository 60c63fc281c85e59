"""What a program needs."""

from __future__ import annotations

from dataclasses import dataclass

from ck_core.domain.installation import Installation
from ck_core.domain.meta import Meta
from ck_core.domain.version import Version


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One entry of ``compile_deps`` or ``run_deps``: tags and a version range.

    ``version`` is a prefix the user named (``12`` of ``gcc@12``); the range is inclusive.
    """

    key: str
    tags: frozenset[str]
    no_tags: frozenset[str] = frozenset()
    version: str = ""
    version_from: str = ""
    version_to: str = ""
    name: str = ""
    env_key: str = ""

    def refusal(self, candidate: Installation) -> str:
        """Why a candidate does not fit; empty when it does."""
        version = Version(candidate.version)
        if missing := self.tags - candidate.tags:
            return "lacks tags " + ",".join(sorted(missing))
        if unwanted := self.no_tags & candidate.tags:
            return "has unwanted tags " + ",".join(sorted(unwanted))
        if self.version and not version.matches(self.version):
            return f"is version {candidate.version}, not {self.version}"
        if self.version_from and version < Version(self.version_from):
            return f"is version {candidate.version}, older than {self.version_from}"
        if self.version_to and version > Version(self.version_to):
            return f"is version {candidate.version}, newer than {self.version_to}"
        return ""

    def __str__(self) -> str:
        tags = ",".join(sorted(self.tags))
        version = f", version {self.version}" if self.version else ""
        return f"{self.name or self.key} ({tags}{version})"


def tagged(key: str, tags: frozenset[str]) -> Requirement:
    """What has all of these tags; ``-tag`` excludes."""
    unwanted = frozenset(tag[1:] for tag in tags if tag.startswith("-"))
    wanted = frozenset(tag for tag in tags if not tag.startswith("-"))
    return Requirement(key=key, tags=wanted, no_tags=unwanted)


def parse_requirement(key: str, meta: Meta) -> Requirement:
    """A dependency dictionary of CK (CK_FORMAT section 1d)."""
    return Requirement(
        key=key,
        tags=frozenset(meta.texts("tags")),
        no_tags=frozenset(meta.texts("no_tags")),
        version_from=_version_text(meta, "version_from"),
        version_to=_version_text(meta, "version_to"),
        name=meta.text("name"),
        env_key=meta.text("env_key"),
    )


def _version_text(meta: Meta, key: str) -> str:
    """CK writes version limits as lists of numbers: ``[3, 5, 0]``."""
    value = meta.raw(key)
    return ".".join(map(str, value)) if isinstance(value, list) else str(value or "")
