"""Building with a compiler that takes ``-c``, ``-o``, ``-I`` and ``-D``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ck_core.domain.build import BuildRequest, BuildResult
from ck_plugins_compilers import own_commands
from ck_plugins_compilers.build_session import CommandSession
from ck_plugins_compilers.build_words import (
    artifact_path,
    compiler_command,
    effective_flags,
    link_flags,
    linker_command,
    object_path,
    program_words,
    tool_flags,
)
from ck_plugins_compilers.disassembly import disassembly_md5
from ck_plugins_compilers.profiles import merge, profile_flags


def build(request: BuildRequest) -> BuildResult:
    """Each source to an object of its own, then one link; the first failure ends it."""
    if request.commands:
        return own_commands.build(request)
    session = CommandSession(request)
    tool, linker = compiler_command(request), linker_command(request)
    if not tool or not linker:
        variable = request.linker_variable if tool else request.compiler_variable
        return session.failure(f"{request.compiler.name} sets no {variable}")
    objects = [object_path(request.directory, source) for source in request.sources]
    if not merge(session) or not _compiled(session, tool, objects):
        return session.failure()
    if request.no_artifact:
        return session.success(None, effective_flags(request))
    artifact = artifact_path(request)
    if not session.run(_link_command(request, linker, objects, artifact)):
        return session.failure()
    md5 = disassembly_md5(request, artifact) if request.identified else ""
    return session.success(artifact, effective_flags(request), disassembly=md5)


def _compiled(session: CommandSession, tool: Sequence[str], objects: Sequence[Path]) -> bool:
    request = session.request
    for source, target in zip(request.sources, objects, strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        if not session.run(_compile_command(request, tool, source, target)):
            return False
    return True


def _compile_command(
    request: BuildRequest, tool: Iterable[str], source: Path, target: Path
) -> list[str]:
    return [
        *tool,
        *tool_flags(request),
        *program_words(request),
        *request.flags,
        *profile_flags(request),
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
        *link_flags(request),
        *map(str, objects),
        "-o",
        str(artifact),
        *request.link_flags,
    ]
