"""Stage *resolve*: one installation for each requirement; no look at the machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.resolution import Resolution, choose
from ck_core.domain.target import Target


def resolve(
    candidates: Mapping[str, Sequence[Installation]],
    requirements: Sequence[Requirement],
    target: Target,
) -> list[Resolution]:
    """``candidates`` maps a requirement's key to what was found for it."""
    return [choose(need, candidates[need.key], target) for need in requirements]


def with_compiler(requirements: Sequence[Requirement], spec: str) -> list[Requirement]:
    """The requirements, with the compiler narrowed to what the user named (``gcc@12``)."""
    product, _, version = spec.lower().partition("@")
    return [
        replace(need, tags=need.tags | {product}, version=version)
        if spec and need.key == "compiler"
        else need
        for need in requirements
    ]
