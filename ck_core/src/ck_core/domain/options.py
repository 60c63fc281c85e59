"""What a user asks of a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ck_core.domain.build import Level
from ck_core.domain.cid import Cid


@dataclass(frozen=True, kw_only=True)
class BuildOptions:
    """Choices for building.

    Attributes:
        compiler: ``gcc``, ``gcc@12``; empty takes what fits best.
        flags: the user's compiler flags, behind the level's.
        rebuild: build even where a cached build fits.
    """

    program: Cid
    compiler: str = ""
    level: Level = Level.SPEED
    flags: tuple[str, ...] = ()
    rebuild: bool = False


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Choices for running; empty texts take the first command and dataset that fit."""

    build: BuildOptions
    command_key: str = ""
    dataset: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    repetitions: int = 10
    warmups: int = 1
    timeout_s: float = 600.0
    launcher: str = "local"
    record_reference: bool = False
