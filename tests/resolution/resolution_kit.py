"""Requirements, installations and packages in their simplest form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ck_core.domain.component import Component
from ck_core.domain.installation import Installation
from ck_core.domain.meta import Meta
from ck_core.domain.package import Package, parse_package
from ck_core.domain.requirement import Requirement, parse_requirement
from ck_core.domain.target import Platform, Target

LINUX = Target(architecture="x86_64", system="linux")
ARM = Target(architecture="aarch64", system="linux")
HERE = Platform(host=LINUX, target=LINUX, cores=2)
CROSS = Platform(host=LINUX, target=ARM, cores=2)


def need(key: str, **values: Any) -> Requirement:
    return parse_requirement(key, Meta(values, "meta.json"))


def installed(
    product: str,
    version: str = "1",
    *tags: str,
    made_with: Mapping[str, str] | None = None,
    **fields: Any,
) -> Installation:
    return Installation(
        name=f"{product} {version}",
        product=product,
        version=version,
        path=Path("/opt") / product / version / "-".join(tags),
        tags=frozenset({product, *tags}),
        dependencies=made_with or {},
        **fields,
    )


def package(
    name: str,
    version: str = "1",
    tags: Iterable[str] = (),
    deps: Mapping[str, Any] | None = None,
    **values: Any,
) -> Package:
    meta = {
        "tags": [name, *tags],
        "customize": {"version": version},
        "deps": dict(deps or {}),
        "recipe": {"source": {"files": "src"}, "build": {"with": "copy"}},
        **values,
    }
    meta = {key: value for key, value in meta.items() if value is not None}
    component = Component(
        repository="local",
        kind="package",
        alias=f"{name}-{version}",
        uid="0" * 16,
        path=Path("/nowhere"),
        values=meta,
    )
    return parse_package(component)
