"""Lock files: what a program was resolved to, exactly enough to get the same elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.meta import Meta
from ck_core.domain.source import Source
from ck_core.domain.target import Target, parse_target, parse_target_name
from ck_core.domain.version import label_of
from ck_core.errors import BadComponentError, UsageError

SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class LockedComponent:
    """A component that took part.

    Attributes:
        recipe: ``sha256:...`` of a package's meta, as it is with its ``variation``.
    """

    cid: str
    uid: str
    source: Source
    recipe: str = ""
    variation: str = ""


@dataclass(frozen=True, kw_only=True)
class LockedInstallation:
    """What one requirement was resolved to.

    Attributes:
        digest: ``sha256:...`` of what an installed thing was made from; for what was found,
            of its main file.
        plugin_release: distribution and version of the plugin that described it.
        made_with: requirement's key to ``product@version`` of what it was built with.
        package: what installed it; None for what was found.
    """

    product: str
    version: str
    target: str
    origin: str
    digest: str
    plugin_release: str
    made_with: Mapping[str, str] = field(default_factory=dict)
    package: LockedComponent | None = None

    @property
    def label(self) -> str:
        return label_of(self.product, self.version)

    @property
    def platform(self) -> Target | None:
        """What it makes binaries for: distributions spell one triple differently."""
        return parse_target(self.target) if self.target else None


@dataclass(frozen=True, kw_only=True)
class Lock:
    """Everything that was resolved for one program, by the requirement's key."""

    program: LockedComponent
    dataset: LockedComponent | None
    target: Target
    resolved: Mapping[str, LockedInstallation]

    def as_json(self) -> dict[str, Any]:
        """In a stable order, without paths: the same on every machine."""
        return {
            "schema": SCHEMA,
            "target": self.target.name,
            "program": _component_json(self.program),
            **({"dataset": _component_json(self.dataset)} if self.dataset else {}),
            "resolved": {
                key: _installation_json(self.resolved[key]) for key in sorted(self.resolved)
            },
        }


def parse_lock(meta: Meta, file: str) -> Lock:
    """What ``as_json`` gave.

    Raises:
        BadComponentError: a key is missing or has a wrong type.
        UsageError: another release of ckp wrote it, or its target is unknown here.
    """
    if (schema := meta.number("schema")) != SCHEMA:
        raise UsageError(
            f"{file} has schema {schema:g}; this ckp reads lock files of schema {SCHEMA}",
            hint="ckp lock program:NAME writes a new one",
        )
    return Lock(
        program=_parse_component(meta.mapping("program"), file),
        dataset=_parse_component(meta.mapping("dataset"), file) if "dataset" in meta else None,
        target=parse_target_name(meta.text("target")),
        resolved={
            key: _parse_installation(one, file) for key, one in meta.mappings("resolved").items()
        },
    )


def lock_file_name(program: Cid) -> str:
    """Where nobody says otherwise."""
    return f"{program.name}.lock.json"


def recipe_digest(package: Component) -> str:
    """Of everything a package says, whatever the order of its keys."""
    text = json.dumps(package.values, sort_keys=True)
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def _component_json(one: LockedComponent) -> dict[str, Any]:
    return {
        "cid": one.cid,
        "uid": one.uid,
        **({"recipe": one.recipe} if one.recipe else {}),
        **({"variation": one.variation} if one.variation else {}),
        "repo": one.source.repo,
        "commit": one.source.commit,
        "modified": one.source.modified,
    }


def _installation_json(one: LockedInstallation) -> dict[str, Any]:
    return {
        "product": one.product,
        "version": one.version,
        "target": one.target,
        "digest": one.digest,
        "origin": one.origin,
        "plugin_release": one.plugin_release,
        "made_with": dict(sorted(one.made_with.items())),
        **({"package": _component_json(one.package)} if one.package else {}),
    }


def _parse_component(meta: Meta, file: str) -> LockedComponent:
    if not meta.text("cid"):
        raise BadComponentError(f"{file}: a component in it has no 'cid'")
    return LockedComponent(
        cid=meta.text("cid"),
        uid=meta.text("uid"),
        recipe=meta.text("recipe"),
        variation=meta.text("variation"),
        source=Source(
            repo=meta.text("repo"), commit=meta.text("commit"), modified=meta.flag("modified")
        ),
    )


def _parse_installation(meta: Meta, file: str) -> LockedInstallation:
    if not meta.text("product"):
        raise BadComponentError(f"{file}: something in 'resolved' has no 'product'")
    return LockedInstallation(
        product=meta.text("product"),
        version=meta.text("version"),
        target=meta.text("target"),
        digest=meta.text("digest"),
        origin=meta.text("origin"),
        plugin_release=meta.text("plugin_release"),
        made_with=meta.text_mapping("made_with"),
        package=_parse_component(meta.mapping("package"), file) if "package" in meta else None,
    )
