"""What a user asks of a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ck_core.domain.build import Level
from ck_core.domain.cid import Cid
from ck_core.domain.lock import Lock
from ck_core.domain.target import Target


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
        substitutes: as ``wishes``, but nobody has chosen them: what comes nearest to something
            that was recorded.
        policy: whether things may be installed, and whether a lock holds.
        flags: the user's compiler flags, behind the level's.
        rebuild: build even where a cached build fits.
        profiled: built twice, the second time with the profile of a training run.
        timeout_s: that one command of the build may take.
    """

    program: Cid
    compiler: str = ""
    wishes: Mapping[str, str] = field(default_factory=dict)
    wished_tags: Mapping[str, frozenset[str]] = field(default_factory=dict)
    substitutes: Mapping[str, str] = field(default_factory=dict)
    policy: ResolvePolicy = FREE
    level: Level = Level.SPEED
    flags: tuple[str, ...] = ()
    rebuild: bool = False
    profiled: bool = False
    timeout_s: float = 600.0


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Choices for running; empty texts take the first command and dataset that fit.

    Attributes:
        launcher_options: of who executes, by name: ``nodes``, ``tasks``.
        cpus: the program runs on these only; empty leaves the choice free.
        monitors: what shall be measured beside times.
    """

    build: BuildOptions
    command_key: str = ""
    dataset: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    repetitions: int = 10
    warmups: int = 1
    timeout_s: float = 600.0
    launcher: str = "local"
    launcher_options: Mapping[str, str] = field(default_factory=dict)
    record_reference: bool = False
    cpus: frozenset[int] = frozenset()
    monitors: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Variation:
    """Values of what differs between variants; what is empty stays as the run's options have it.

    Attributes:
        flags: the user's compiler flags of each variant; without any, its level's.
        datasets: ``all`` stands for every one that fits the command.
        environment: variable to its values.
        launcher_options: of who executes, by name.
        options: of the program's own, by name; those of no use to a command are left out there.
        wishes: requirement's key to what it may be met by.
        wished_tags: requirement's key to sets of tags that it shall have as well.
    """

    compilers: tuple[str, ...] = ()
    flags: tuple[tuple[str, ...], ...] = ()
    datasets: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    environment: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    launcher_options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wishes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wished_tags: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordOptions:
    """Where points are kept.

    Attributes:
        experiment: without a name it is a new one; without a repository it is in ``local``.
        tags: of the experiment.
        command_line: what the user typed.
    """

    experiment: Cid = field(default_factory=lambda: Cid("experiment"))
    tags: frozenset[str] = frozenset()
    command_line: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BenchmarkOptions:
    """Variants measured beside each other.

    Attributes:
        run: what all have in common.
        level: what the user asked for beside flags; None leaves it to them.
        metric: the time that precision and verdicts go by; empty: the one that the program is
            judged by.
        repetitions: of each variant; None measures until the medians are known well enough.
        precision: both ends of a median's interval lie within this share of it.
        max_time_s, max_repetitions: of one variant, where ``repetitions`` is None.
        seed: of the order in the blocks; None draws one.
        calibrated: the repetitions of a program's kernel are chosen so that a run lasts
            ``calibration_s``.
        pin: ``none``, CPUs (``0,2-3``), or ``auto`` for the quietest, one for each thread that
            ``OMP_NUM_THREADS`` asks for.
        jobs: repetitions that are measured side by side; more than one only where a launcher runs
            them elsewhere.
        record: None keeps nothing.
    """

    run: RunOptions
    variation: Variation = field(default_factory=Variation)
    level: Level | None = None
    metric: str = ""
    repetitions: int | None = None
    precision: float = 0.01
    max_time_s: float = 60.0
    max_repetitions: int = 10_000
    seed: int | None = None
    calibrated: bool = True
    calibration_s: float = 0.5
    pin: str = "none"
    jobs: int = 1
    record: RecordOptions | None = None
