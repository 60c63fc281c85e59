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
class OwnCommands:
    """How a component builds itself, where the compiler's usual commands will not do.

    Attributes:
        compile: a template, run for each source, or once for ``as_script``; empty is the usual.
        link: a template; None is the usual, empty links nothing.
    """

    compile: str = ""
    link: str | None = None
    as_script: bool = False

    def __bool__(self) -> bool:
        return bool(self.compile) or self.link is not None


USUAL_COMMANDS = OwnCommands()


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a training run found out of the code.

    Attributes:
        directory: where the binary writes it, or where it was written.
        is_used: the binary is made by the profile; else it writes one.
        training: what was run, by which profiles are told apart.
    """

    directory: Path
    is_used: bool
    training: str


@dataclass(frozen=True, kw_only=True)
class BuildRequest:
    """Everything that determines a binary.

    Attributes:
        compiler: the installation that shall build; its plugin claims the request.
        compiler_variable: the variable that names the tool, e.g. ``CK_CC`` or ``CK_FC``.
        linker_variable: the same for linking; empty is the same tool.
        source_root: the component's directory; ``sources`` are relative to it, or absolute.
        macros: ``NAME`` to value; an empty value means ``-DNAME``.
        program_flags: flags of the program's own, behind the macros.
        include_directories: of libraries first, then the program's.
        local_include: ``source_root`` is one of them as well, the first.
        level: what the compiler optimises for; DEFAULT gives it no flag.
        flags: the user's compiler flags, behind the level's.
        link_flags: what ends the link line, libraries of ``dependencies`` among it.
        dependencies: what it is built with, the compiler among it, by requirement's key.
        environment: variables for the commands, beside those of a clean environment.
        commands: instead of the compiler's usual ones.
        other_roots: directories of other components that sources or headers lie in.
        directory: empty directory for objects and the artefact.
        target_file: base name of the artefact, without a suffix.
        bare_name: the artefact shall have no suffix.
        no_artifact: no artefact is expected.
        identified: the artefact gets an identity.
        profile: the binary writes a profile, or is made by one.
        where: empty is this machine; else what tells the nodes it is built on from others.
        started_by: words before each command, which start it there.
    """

    compiler: Installation
    compiler_variable: str
    source_root: Path
    sources: tuple[Path, ...]
    directory: Path
    target_file: str
    linker_variable: str = ""
    include_directories: tuple[Path, ...] = ()
    local_include: bool = True
    macros: Mapping[str, str] = field(default_factory=dict)
    program_flags: tuple[str, ...] = ()
    level: Level = Level.SPEED
    flags: tuple[str, ...] = ()
    link_flags: tuple[str, ...] = ()
    dependencies: Mapping[str, Installation] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    commands: OwnCommands = USUAL_COMMANDS
    other_roots: tuple[Path, ...] = ()
    bare_name: bool = False
    no_artifact: bool = False
    identified: bool = True
    profile: Profile | None = None
    where: str = ""
    started_by: tuple[str, ...] = ()
    timeout_s: float = 600.0


@dataclass(frozen=True, kw_only=True)
class BuildResult:
    """A binary, or why there is none.

    Attributes:
        artifact: None where it failed, and for programs that have none.
        disassembly_md5: of the disassembly, which only the machine code determines; empty where
            nothing disassembles it.
        products: a directory of files that a run finds beside it, for programs that build
            themselves; None where the artefact is all.
        commands: the argument lists that ran, as they would run in an empty directory again; of
            a build by a profile also those of the first build, and the training run.
        error: the compiler's last lines.
        profiled: it was made by the profile of a training run.
    """

    artifact: Path | None
    size_bytes: int = 0
    build_s: float = 0.0
    flags: tuple[str, ...] = ()
    disassembly_md5: str = ""
    products: Path | None = None
    commands: tuple[tuple[str, ...], ...] = ()
    warnings: str = ""
    error: str = ""
    cached: bool = False
    profiled: bool = False
