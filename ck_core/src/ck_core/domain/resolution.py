"""Choosing installations: values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Target, parse_target
from ck_core.domain.version import Version


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """The choice for one requirement, and why every other candidate was refused."""

    requirement: Requirement
    chosen: Installation | None
    refused: tuple[tuple[Installation, str], ...]


def choose(
    requirement: Requirement, candidates: Sequence[Installation], target: Target
) -> Resolution:
    """Among those that fit: the highest priority, then the newest version."""
    refused = [(c, refusal(requirement, c, target)) for c in candidates]
    fitting = [candidate for candidate, reason in refused if not reason]
    return Resolution(
        requirement=requirement,
        chosen=max(fitting, key=_rank, default=None),
        refused=tuple((candidate, reason) for candidate, reason in refused if reason),
    )


def refusal(requirement: Requirement, candidate: Installation, target: Target) -> str:
    """Why a candidate cannot serve for this target; empty when it can."""
    if candidate.target and parse_target(candidate.target) != target:
        return f"makes binaries for {candidate.target}, not for {target}"
    return requirement.refusal(candidate)


def _rank(candidate: Installation) -> tuple[int, Version, str]:
    return candidate.priority, Version(candidate.version), str(candidate.path)
