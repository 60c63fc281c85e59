"""What the install hook is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_core.domain.package import Package
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform

Progress = Callable[[str, int, int], None]
"""What is being done, how many bytes or steps are done, and of how many (0: unknown)."""


def no_progress(_what: str, _done: int, _total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, kw_only=True)
class InstallRequest:
    """Get what meets ``requirement``.

    Attributes:
        root: where a plugin makes a directory of its own, where no package is given.
        package: the package that shall be installed; None asks plugins for ways of their own.
        directory: for a package: an existing empty directory, its final place.
        dependencies: what the package's requirements were resolved to, by their keys.
        log: for a package: an existing file; what tools say is added to it.
        allowed_system: the user lets a system's package manager change the system.
        progress: to be called now and then.
    """

    requirement: Requirement
    platform: Platform
    root: Path
    package: Package | None = None
    directory: Path | None = None
    dependencies: Mapping[str, Installation] = field(default_factory=dict)
    log: Path | None = None
    allowed_system: bool = False
    progress: Progress = no_progress
