"""When a dependency counts, and what it then asks for: CK's rules on platform and environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ck_core.domain.merging import split_tags
from ck_core.domain.meta import Meta
from ck_core.domain.target import Platform, Target

Alternatives = tuple[Mapping[str, tuple[str, ...]], ...]
"""Any one must hold; each names variables and the values they may have."""


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Of one dependency (CK_FORMAT section 1d).

    Attributes:
        enabled: ``yes`` counts whatever ``enable_if_env`` says.
        host_systems, target_systems: tags of operating systems; empty is any.
        tags_if_env: tags that are added where the alternatives hold.
        tags_by_host, tags_by_target: platform to tags that are added there.
    """

    enabled: bool = False
    enable_if_env: Alternatives = field(default=(), hash=False)
    disable_if_env: Alternatives = field(default=(), hash=False)
    host_systems: frozenset[str] = frozenset()
    target_systems: frozenset[str] = frozenset()
    tags_if_env: Mapping[str, Alternatives] = field(default_factory=dict, hash=False)
    tags_by_host: Mapping[str, str] = field(default_factory=dict, hash=False)
    tags_by_target: Mapping[str, str] = field(default_factory=dict, hash=False)

    def hold(self, platform: Platform, environment: Mapping[str, str]) -> bool:
        """Whether the dependency counts here."""
        if self.host_systems and not self.host_systems & platform.host.system_tags:
            return False
        if self.target_systems and not self.target_systems & platform.target.system_tags:
            return False
        if self.enable_if_env and not self.enabled and not _any(self.enable_if_env, environment):
            return False
        return not (self.disable_if_env and _any(self.disable_if_env, environment))

    def added_tags(self, platform: Platform, environment: Mapping[str, str]) -> frozenset[str]:
        """Tags that the dependency asks for beside its own."""
        texts = [tags for tags, when in self.tags_if_env.items() if _any(when, environment)]
        texts += _by_platform(self.tags_by_host, platform.host)
        texts += _by_platform(self.tags_by_target, platform.target)
        return frozenset(tag for text in texts for tag in split_tags(text))


def parse_conditions(meta: Meta) -> Conditions:
    added = meta.mapping("update_tags_if_env")
    return Conditions(
        enabled=meta.flag("enabled"),
        enable_if_env=_parse_alternatives(meta, "enable_if_env"),
        disable_if_env=_parse_alternatives(meta, "disable_if_env"),
        host_systems=frozenset(meta.texts("only_for_host_os_tags")),
        target_systems=frozenset(meta.texts("only_for_target_os_tags")),
        tags_if_env={tags: _parse_alternatives(added, tags) for tags in added},
        tags_by_host=_tags_by_platform(meta, "host"),
        tags_by_target={
            **_tags_by_platform(meta, "target"),
            **meta.text_mapping("update_tags_by_target_os_uoa"),
        },
    )


def _parse_alternatives(meta: Meta, key: str) -> Alternatives:
    return tuple(
        {name: _values(one, name) for name in one} for one in meta.mapping_or_mappings(key)
    )


def _values(meta: Meta, name: str) -> tuple[str, ...]:
    return meta.texts(name) if isinstance(meta.raw(name), list) else (meta.text(name),)


def _tags_by_platform(meta: Meta, side: str) -> dict[str, str]:
    """CK has two maps a side, which differ in what they call macOS and Android."""
    key = f"update_tags_by_{side}_platform"
    return {**meta.text_mapping(key), **meta.text_mapping(f"{key}2")}


def _any(alternatives: Alternatives, environment: Mapping[str, str]) -> bool:
    return any(
        all(environment.get(name, "") in values for name, values in one.items())
        for one in alternatives
    )


def _by_platform(texts: Mapping[str, str], target: Target) -> Iterator[str]:
    return (text for name, text in texts.items() if name in target.platform_names)
