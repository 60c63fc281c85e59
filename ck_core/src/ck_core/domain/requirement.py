"""What a program, a package or a solution needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from ck_core.domain.conditions import Conditions, parse_conditions
from ck_core.domain.merging import split_tags
from ck_core.domain.meta import Meta
from ck_core.domain.names import is_uid
from ck_core.domain.target import Platform
from ck_core.domain.version import Version


class Candidate(Protocol):
    """What may meet a requirement: an installation, or a package that makes one."""

    @property
    def tags(self) -> frozenset[str]: ...

    @property
    def version(self) -> str: ...

    @property
    def uid(self) -> str:
        """Of the installation; empty for what is none yet."""

    @property
    def package_names(self) -> frozenset[str]:
        """UID and alias of the package it is made by; empty for what was here before."""


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One entry of ``compile_deps``, ``run_deps`` or ``deps``: tags and a version range.

    Requirements of one key must agree on one candidate, wherever they stand.

    Attributes:
        alternatives: CK's ``or_tags``: of one group all tags must be there; ``~tag`` must not.
        version: a prefix the user named (``12`` of ``gcc@12``); the range is inclusive.
        uid: exactly this installation; empty for any.
        package: UID or alias of the package that must have installed it.
        same_tags: key of another requirement, and how the tags begin that both must have alike:
            ``("dataset", "vocabulary-")``; what has none so beginning goes with anything.
        alike: beginning of tags, and the tags of the other's choice that begin so.
        order: the lower is resolved and linked first.
        for_host: it runs here, whatever the binaries are for.
        anew: what is registered does not count (CK's ``skip_cache``).
        no_detection: what is on the machine does not count (``skip_default``).
        independent: need not be built with what the program takes.
        for_run: of what it is found for, it is only needed to run.
    """

    key: str
    tags: frozenset[str]
    no_tags: frozenset[str] = frozenset()
    alternatives: tuple[frozenset[str], ...] = ()
    version: str = ""
    version_from: str = ""
    version_to: str = ""
    uid: str = ""
    package: str = ""
    name: str = ""
    env_key: str = ""
    same_tags: tuple[tuple[str, str], ...] = ()
    alike: tuple[tuple[str, frozenset[str]], ...] = ()
    order: float = 0.0
    for_host: bool = False
    anew: bool = False
    no_detection: bool = False
    independent: bool = False
    for_run: bool = False
    skip_linking: bool = False
    extra_libraries: tuple[str, ...] = ()
    extra_link_template: str = ""
    only_for_commands: frozenset[str] = frozenset()
    conditions: Conditions = field(default_factory=Conditions)

    def refusal(self, candidate: Candidate) -> str:
        """Why a candidate does not fit; empty when it does."""
        if self.uid not in {"", candidate.uid}:
            return f"is not the installation {self.uid}"
        if self.package and self.package not in candidate.package_names:
            return f"is not installed by package:{self.package}"
        return self._refused_tags(candidate) or self._refused_version(candidate)

    def for_platform(
        self, platform: Platform, environment: Mapping[str, str]
    ) -> Requirement | None:
        """With the tags it asks for here; None where it does not count."""
        if not self.conditions.hold(platform, environment):
            return None
        added = self.conditions.added_tags(platform, environment)
        return replace(self, tags=self.tags | added) if added else self

    def with_tags(self, tags: frozenset[str]) -> Requirement:
        """With tags beside its own; ``-tag`` excludes."""
        unwanted = frozenset(tag[1:] for tag in tags if tag.startswith("-"))
        wanted = frozenset(tag for tag in tags if not tag.startswith("-"))
        return replace(self, tags=self.tags | wanted, no_tags=self.no_tags | unwanted)

    def _refused_tags(self, candidate: Candidate) -> str:
        if missing := self.tags - candidate.tags:
            return "lacks tags " + ",".join(sorted(missing))
        if unwanted := self.no_tags & candidate.tags:
            return "has unwanted tags " + ",".join(sorted(unwanted))
        if self.alternatives and not any(_fits(one, candidate.tags) for one in self.alternatives):
            return "has none of the tags " + " or ".join(
                ",".join(sorted(one)) for one in self.alternatives
            )
        return self._refused_unlike(candidate)

    def _refused_unlike(self, candidate: Candidate) -> str:
        for beginning, tags in self.alike:
            own = {tag for tag in candidate.tags if tag.startswith(beginning)}
            if own and own.isdisjoint(tags):
                return f"is {','.join(sorted(own))}, the other {','.join(sorted(tags))}"
        return ""

    def follows_from(self, chosen: Candidate) -> Iterator[Requirement]:
        """What a choice for it asks of the choices for other keys."""
        for key, beginning in self.same_tags:
            tags = frozenset(tag for tag in chosen.tags if tag.startswith(beginning))
            if tags:
                yield Requirement(key=key, tags=frozenset(), alike=((beginning, tags),))

    def _refused_version(self, candidate: Candidate) -> str:
        version = Version(candidate.version)
        if self.version and not version.matches(self.version):
            return f"is version {candidate.version}, not {self.version}"
        if self.version_from and version < Version(self.version_from):
            return f"is version {candidate.version}, older than {self.version_from}"
        if self.version_to and version > Version(self.version_to):
            return f"is version {candidate.version}, newer than {self.version_to}"
        return ""

    def __str__(self) -> str:
        name, wishes = self.name or self.key, ", ".join(self._wishes())
        return name if name == wishes else f"{name} ({wishes})"

    def _wishes(self) -> Iterable[str]:
        if self.tags or not self.alike:
            yield ",".join(sorted(self.tags)) or "anything"
        if self.alternatives:
            yield " or ".join(",".join(sorted(one)) for one in self.alternatives)
        yield from (f"not {tag}" for tag in sorted(self.no_tags))
        yield from (" or ".join(sorted(tags)) for _, tags in self.alike)
        if self.version or self.version_from or self.version_to:
            yield _range_text(self.version, self.version_from, self.version_to)


def here(
    requirements: Iterable[Requirement],
    platform: Platform,
    environment: Mapping[str, str] | None = None,
) -> list[Requirement]:
    """The requirements that count on this platform, with the tags they ask for here."""
    adapted = (one.for_platform(platform, environment or {}) for one in requirements)
    return [one for one in adapted if one]


def tagged(key: str, tags: frozenset[str]) -> Requirement:
    """What has all of these tags; ``-tag`` excludes."""
    return Requirement(key=key, tags=frozenset()).with_tags(tags)


def narrowed(requirement: Requirement, spec: str) -> Requirement:
    """To what a user named: ``gcc``, ``gcc@12``, or the UID of an installation."""
    if is_uid(spec):
        return replace(requirement, uid=spec)
    product, _, version = spec.lower().partition("@")
    return replace(requirement, tags=requirement.tags | {product} - {""}, version=version)


def parse_requirements(*parts: Meta) -> tuple[Requirement, ...]:
    """Objects of dependency dictionaries by key, in their order; of one key the last counts."""
    found = {key: part.mapping(key) for part in parts for key in part}
    requirements = [parse_requirement(key, meta) for key, meta in found.items()]
    return tuple(sorted(requirements, key=lambda one: one.order))


def parse_requirement(key: str, meta: Meta) -> Requirement:
    """A dependency dictionary of CK (CK_FORMAT section 1d)."""
    return Requirement(
        key=key,
        tags=frozenset(meta.texts("tags")),
        no_tags=frozenset(meta.texts("no_tags")),
        alternatives=_parse_alternatives(meta),
        version_from=_version_text(meta, "version_from"),
        version_to=_version_text(meta, "version_to"),
        uid=meta.text("uoa"),
        package=meta.text("package_uoa"),
        name=meta.text("name"),
        env_key=meta.text("env_key"),
        same_tags=tuple(meta.text_mapping("same_tags").items()),
        order=meta.number("sort"),
        for_host=meta.flag("force_target_as_host"),
        anew=meta.flag("skip_cache"),
        no_detection=meta.flag("skip_default"),
        independent=meta.flag("skip_pruning_by_other_deps"),
        for_run=meta.flag("for_run_time"),
        skip_linking=meta.flag("skip_linking"),
        extra_libraries=meta.texts("extra_libs"),
        extra_link_template=meta.text("extra_ld_vars"),
        only_for_commands=frozenset(meta.texts("only_for_cmd")),
        conditions=parse_conditions(meta),
    )


def _parse_alternatives(meta: Meta) -> tuple[frozenset[str], ...]:
    """Groups separated by semicolons; a list holds groups too."""
    value = meta.raw("or_tags")
    groups = meta.texts("or_tags") if isinstance(value, list) else meta.text("or_tags").split(";")
    return tuple(filter(None, (frozenset(split_tags(group)) for group in groups)))


def _fits(group: frozenset[str], tags: frozenset[str]) -> bool:
    return all((tag[1:] not in tags) if tag.startswith("~") else tag in tags for tag in group)


def _range_text(version: str, lowest: str, highest: str) -> str:
    if version:
        return f"version {version}"
    limits = (f"from {lowest}" if lowest else "", f"to {highest}" if highest else "")
    return "version " + " ".join(filter(None, limits))


def _version_text(meta: Meta, key: str) -> str:
    """CK writes version limits as lists of numbers: ``[3, 5, 0]``."""
    value = meta.raw(key)
    return ".".join(map(str, value)) if isinstance(value, list) else str(value or "")
