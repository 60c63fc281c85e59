"""What a user asks of a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ck_core.domain.build import Level
from ck_core.domain.cid import Cid
from ck_core.domain.lock import Lock


@dataclass(frozen=True, kw_only=True)
class ResolvePolicy:
    """How requirements may be met.

    Attributes:
        installs: what is missing may be installed.
        allowed_system: the user lets a system's package manager change the system.
        lock: only what it holds will do; None leaves the choice free.
    """

    installs: bool = True
    allowed_system: bool = False
    lock: Lock | None = None


FREE = ResolvePolicy()


@dataclass(frozen=True, kw_only=True)
class BuildOptions:
    """Choices for building.

    Attributes:
        compiler: ``gcc``, ``gcc@12``; empty takes what fits best.
        wishes: requirement's key to ``PRODUCT``, ``PRODUCT@VERSION`` or an installation's UID.
        wished_tags: requirement's key to tags it shall have as well; ``-tag`` excludes.
        policy: whether things may be installed, and whether a lock holds.
        flags: the user's compiler flags, behind the level's.
        rebuild: build even where a cached build fits.
    """

    program: Cid
    compiler: str = ""
    wishes: Mapping[str, str] = field(default_factory=dict)
    wished_tags: Mapping[str, frozenset[str]] = field(default_factory=dict)
    policy: ResolvePolicy = FREE
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
