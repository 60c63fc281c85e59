"""What the build hook is asked and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from ck_core.domain.installation import Installation


class Level(Enum):
    """What the compiler optimises for."""

    DEFAULT = "default"
    SPEED = "speed"
    SIZE = "size"


def chosen_level(*, speed: bool, size: bool, flags: tuple[str, ...]) -> Level:
    """Flags of the user's own stand alone, unless a level is asked for beside them."""
    if size:
        return Level.SIZE
    return Level.DEFAULT if flags and not speed else Level.SPEED


@dataclass(frozen=True, kw_only=True)
class BuildRequest:
    """Everything that determines a binary.

    Attributes:
        compiler: the installation that shall build; its plugin claims the request.
        compiler_variable: the variable that names the tool, e.g. ``CK_CC`` or ``CK_FC``.
        source_root: the component's directory; ``sources`` are relative to it.
        macros: ``NAME`` to value; an empty value means ``-DNAME``.
        level: what the compiler optimises for; DEFAULT gives it no flag.
        flags: the user's compiler flags, behind the level's.
        directory: empty directory for objects and the artefact.
        target_file: base name of the artefact, without a suffix.
    """

    compiler: Installation
    compiler_variable: str
    source_root: Path
    sources: tuple[Path, ...]
    directory: Path
    target_file: str
    include_directories: tuple[Path, ...] = ()
    macros: Mapping[str, str] = field(default_factory=dict)
    level: Level = Level.SPEED
    flags: tuple[str, ...] = ()
    link_flags: tuple[str, ...] = ()
    timeout_s: float = 600.0


@dataclass(frozen=True, kw_only=True)
class BuildResult:
    """A binary, or why there is none.

    ``error`` holds the compiler's last lines; ``commands`` are the argument lists that ran.
    """

    artifact: Path | None
    size_bytes: int = 0
    build_s: float = 0.0
    flags: tuple[str, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    warnings: str = ""
    error: str = ""
    cached: bool = False
