"""What the install hook is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform


@dataclass(frozen=True, kw_only=True)
class InstallRequest:
    """Get what meets ``requirement`` into a new directory below ``root``."""

    requirement: Requirement
    platform: Platform
    root: Path
