"""The processor."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Cache:
    """All caches of one level and kind that are alike.

    Attributes:
        kind: ``data``, ``instruction`` or ``unified``.
        size_bytes: of one of them.
        instances: how many there are.
        shared_by: hardware threads that share one.
    """

    level: int
    kind: str
    size_bytes: int
    line_bytes: int
    instances: int
    shared_by: int


@dataclass(frozen=True, kw_only=True)
class CoreKind:
    """Cores of one kind, where a machine has several; ``cpus`` as in ``0-3,8``."""

    name: str
    cpus: str
    max_mhz: int | None = None


@dataclass(frozen=True, kw_only=True)
class Frequency:
    """What drives the clock, and how it stands; None and empty where nothing tells.

    Attributes:
        current_mhz: the slowest and the fastest CPU at the moment of looking.
        governor: those in use, such as ``powersave``, with commas.
        turbo: whether the clock may rise above its base.
        turbo_file: what turns that on and off, below the root; ``0`` or ``1`` by ``turbo_off``.
    """

    base_mhz: int | None = None
    min_mhz: int | None = None
    max_mhz: int | None = None
    current_mhz: tuple[int, int] | None = None
    governor: str = ""
    driver: str = ""
    turbo: bool | None = None
    turbo_file: str = ""
    turbo_off: str = ""


@dataclass(frozen=True, kw_only=True)
class Cpu:
    """The processor of a machine; 0 and empty where nothing tells.

    Attributes:
        identity: what the maker numbers it by, such as ``family 6, model 85, stepping 7``.
        microarchitecture: archspec's name of what it can execute.
        cores: physical, of all sockets.
        threads: hardware threads that the system may use, online or not.
        usable: of these, those that this process may run on.
        kinds: only where the cores are not alike.
    """

    architecture: str
    vendor: str = ""
    model: str = ""
    identity: str = ""
    microarchitecture: str = ""
    sockets: int = 1
    cores: int = 1
    threads: int = 1
    usable: int = 1
    caches: tuple[Cache, ...] = ()
    features: tuple[str, ...] = ()
    kinds: tuple[CoreKind, ...] = ()
    frequency: Frequency = field(default_factory=Frequency)

    @property
    def threads_per_core(self) -> int:
        return max(1, self.threads // max(1, self.cores))
