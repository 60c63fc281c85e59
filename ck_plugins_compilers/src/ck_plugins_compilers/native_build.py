"""Building with a compiler that takes ``-c``, ``-o``, ``-I`` and ``-D``."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ck_core.domain.build import BuildRequest, BuildResult, Level
from ck_core.domain.target import parse_target
from ck_core.system.processes import clean_environment, run_tool

ERROR_LINES = 40
_LEVEL_VARIABLES = {Level.SPEED: "CK_OPT_SPEED", Level.SIZE: "CK_OPT_SIZE"}
# A user's flag of a family displaces the compiler's own necessary ones of that family.
_FAMILIES = (
    ("-mcpu", "-march"),
    ("-g",),
    ("-fsanitize", "-fno-sanitize"),
    ("-fstack-protector", "-fno-stack-protector"),
)


def build(request: BuildRequest) -> BuildResult:
    """Each source to an object of its own, then one link; the first failure ends it."""
    session = CommandSession(request)
    tool = compiler_command(request)
    if not tool:
        return session.failure(f"{request.compiler.name} sets no {request.compiler_variable}")
    objects = [object_path(request.directory, source) for source in request.sources]
    for source, target in zip(request.sources, objects, strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        if not session.run(_compile_command(request, tool, source, target)):
            return session.failure()
    artifact = artifact_path(request)
    if not session.run(_link_command(request, tool, objects, artifact)):
        return session.failure()
    return session.success(artifact, effective_flags(request))


def compiler_command(request: BuildRequest) -> list[str]:
    """The tool's words: ``CK_CC`` may be several (``zig cc``)."""
    return shlex.split(request.compiler.environment.get(request.compiler_variable, ""))


def effective_flags(request: BuildRequest) -> tuple[str, ...]:
    """The compiler's own necessary flags, the level's, then the user's."""
    variables = request.compiler.environment
    level = variables.get(_LEVEL_VARIABLES.get(request.level, ""), "")
    chosen = (*shlex.split(level), *request.flags)
    necessary = shlex.split(variables.get("CK_COMPILER_FLAGS_OBLIGATORY", ""))
    displaced = tuple(
        start
        for family in _FAMILIES
        for start in family
        if any(flag.startswith(family) for flag in chosen)
    )
    return (*(flag for flag in necessary if not flag.startswith(displaced)), *chosen)


def object_path(directory: Path, source: Path) -> Path:
    """Mirrors the source's path, so that ``a/x.c`` and ``b/x.c`` stay apart."""
    parts = ["parent" if part == ".." else part for part in source.parts if part != source.anchor]
    mirrored = directory / "objects" / Path(*parts)
    return mirrored.with_name(f"{mirrored.name}.o")


def artifact_path(request: BuildRequest) -> Path:
    windows = parse_target(request.compiler.target).system == "windows"
    return request.directory / f"{request.target_file}{'.exe' if windows else '.out'}"


def last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-ERROR_LINES:])


def _compile_command(
    request: BuildRequest, tool: Iterable[str], source: Path, target: Path
) -> list[str]:
    includes = (request.source_root, *request.include_directories)
    return [
        *tool,
        *effective_flags(request),
        *(f"-I{request.source_root / directory}" for directory in includes),
        *(f"-D{name}={value}" if value else f"-D{name}" for name, value in request.macros.items()),
        "-c",
        str(request.source_root / source),
        "-o",
        str(target),
    ]


def _link_command(
    request: BuildRequest, tool: Iterable[str], objects: Iterable[Path], artifact: Path
) -> list[str]:
    return [
        *tool,
        *effective_flags(request),
        *map(str, objects),
        "-o",
        str(artifact),
        *request.link_flags,
    ]


@dataclass
class CommandSession:
    """Runs a build's commands within its time limit and keeps what they said.

    Commands run in the build's directory, where Fortran leaves its modules; the
    component's own directory is never written to.
    """

    request: BuildRequest
    started: float = field(default_factory=time.monotonic)
    commands: list[tuple[str, ...]] = field(default_factory=list)
    said: str = ""
    problem: str = ""

    def run(self, command: list[str]) -> bool:
        self.commands.append(tuple(command))
        result = run_tool(
            command,
            timeout_s=max(self.request.timeout_s - self._elapsed(), 0.001),
            directory=self.request.directory,
            environment={**clean_environment(), **self.request.compiler.environment},
        )
        text = self._readable(result.error_output or result.output)
        if result.timed_out:
            self.problem = f"timed out after {self.request.timeout_s:g} s: {shlex.join(command)}"
        elif result.status != 0:
            self.problem = text or f"exit status {result.status}: {shlex.join(command)}"
        else:
            self.said += self._readable(result.error_output)
        return not self.problem

    def failure(self, problem: str = "") -> BuildResult:
        return BuildResult(
            artifact=None,
            build_s=self._elapsed(),
            commands=tuple(self.commands),
            warnings=self.said,
            error=last_lines(problem or self.problem),
        )

    def success(self, artifact: Path, flags: tuple[str, ...] = ()) -> BuildResult:
        if not artifact.is_file():  # -S, -E and --help succeed as well
            last = shlex.join(self.commands[-1])
            return self.failure(f"{last}\nwrote no {artifact.name}; do the flags ask for one?")
        return BuildResult(
            artifact=artifact,
            size_bytes=artifact.stat().st_size,
            build_s=self._elapsed(),
            flags=flags,
            commands=tuple(self.commands),
            warnings=self.said,
        )

    def _elapsed(self) -> float:
        return time.monotonic() - self.started

    def _readable(self, text: str) -> str:
        """Names the component's files as the component does: ``src/x.c:3:5: error``."""
        return text.replace(f"{self.request.source_root}/", "")
