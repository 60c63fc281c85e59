"""Programs that say themselves how they are compiled and linked (CK_FORMAT section 1a).

Their commands run in a directory below links to the component's files, as CK's do: ``../file`` is
the component's, and what they write stays with the build, where a run finds it again.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.template import UnknownPlaceholderError, Values, expand_command
from ck_core.system.trees import link_files
from ck_plugins_compilers import build_words as usual
from ck_plugins_compilers.build_session import CommandSession
from ck_plugins_compilers.disassembly import disassembly_md5

_USUAL_COMPILE = "$#compiler#$ $#flags_before#$ $#source_file#$ $#flags_after#$"
_USUAL_LINK = "$#linker#$ $#flags_before#$ $#obj_files#$ $#flags_after#$"
_PLACE = ".build"
"""Hidden: ``link_files`` leaves such names free."""


def build(request: BuildRequest) -> BuildResult:
    """One script, or each source and a link by the component's templates."""
    session = CommandSession(request)
    place = request.directory / _PLACE
    link_files(request.source_root, request.directory)
    place.mkdir()
    try:
        done = _scripted(session, place) if request.commands.as_script else _each(session, place)
    except UnknownPlaceholderError as missing:
        return session.failure(f"the component's command asks for '{missing}': nothing gives it")
    except ValueError as error:
        return session.failure(f"the component's command cannot be read: {error}")
    if not done:
        return session.failure()
    artifact = _artifact(request, place)
    md5 = disassembly_md5(request, artifact) if artifact and request.identified else ""
    return session.success(
        artifact, usual.effective_flags(request), disassembly=md5, products=place
    )


def _scripted(session: CommandSession, place: Path) -> bool:
    request = session.request
    values = {**_common_values(request), **_compile_values(request)}
    return _run(session, request.commands.compile, values, place, _script_variables(request))


def _each(session: CommandSession, place: Path) -> bool:
    request = session.request
    objects = [usual.object_path(request.directory, one) for one in request.sources]
    for source, target in zip(request.sources, objects, strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        values = {**_common_values(request), **_source_values(request, source, target)}
        if not _run(session, request.commands.compile or _USUAL_COMPILE, values, place):
            return False
    link = _USUAL_LINK if request.commands.link is None else request.commands.link
    if not link or request.no_artifact:
        return True
    linked = tuple(map(str, objects))
    return _run(session, link, {**_common_values(request), **_link_values(request, linked)}, place)


def _run(
    session: CommandSession,
    template: str,
    values: Values,
    place: Path,
    variables: dict[str, str] | None = None,
) -> bool:
    line = expand_command(template, values)
    both = {**(variables or {}), **line.variables}
    return session.run(line.arguments, directory=place, variables=both)


def _common_values(request: BuildRequest) -> dict[str, str | tuple[str, ...]]:
    variables = {**request.compiler.environment, **request.environment}
    return {
        **variables,
        "compiler": tuple(usual.compiler_command(request)),
        "linker": tuple(usual.linker_command(request)),
        "src_path": f"{request.source_root}{os.sep}",
        "script_ext": ".sh",
        "dir_sep": os.sep,
    }


def _compile_values(request: BuildRequest) -> dict[str, str | tuple[str, ...]]:
    creates_object = shlex.split(request.compiler.environment.get("CK_FLAGS_CREATE_OBJ", ""))
    before = (
        *usual.tool_flags(request),
        *creates_object,
        *_program_words(request),
        *request.flags,
    )
    return {"flags_before": before, "flags_after": ()}


def _source_values(
    request: BuildRequest, source: Path, target: Path
) -> dict[str, str | tuple[str, ...]]:
    return {
        **_compile_values(request),
        "source_file": str(request.source_root / source),
        "flags_after": tuple(_output(request, str(target))),
    }


def _link_values(
    request: BuildRequest, objects: tuple[str, ...]
) -> dict[str, str | tuple[str, ...]]:
    output = _output(request, usual.artifact_name(request))
    return {
        "flags_before": usual.effective_flags(request),
        "obj_files": objects,
        "flags_after": (*output, *request.link_flags),
    }


def _program_words(request: BuildRequest) -> list[str]:
    """Nothing for a compiler that knows neither headers nor macros, such as Java's."""
    is_usual = "CK_FLAG_PREFIX_INCLUDE" in request.compiler.environment
    return usual.program_words(request) if is_usual else list(request.program_flags)


def _output(request: BuildRequest, name: str) -> Iterator[str]:
    """``-o name``, or in one word, as the compiler's own variable says."""
    prefix = request.compiler.environment.get("CK_FLAGS_OUTPUT", "")
    if prefix.endswith(" "):
        yield from (*shlex.split(prefix), name)
    elif prefix:
        yield f"{prefix}{name}"


def _script_variables(request: BuildRequest) -> dict[str, str]:
    """What CK exports for such scripts: plain texts, which a shell splits at blanks."""
    words = {
        "CK_PROG_COMPILER_FLAGS_BEFORE": _compile_values(request)["flags_before"],
        "CK_PROG_COMPILER_FLAGS": usual.effective_flags(request),
        "CK_PROG_COMPILER_VARS": (*usual.macro_words(request), *request.program_flags),
        "CK_PROG_LINKER_FLAGS_BEFORE": usual.effective_flags(request),
        "CK_PROG_LINKER_FLAGS_AFTER": _link_values(request, ())["flags_after"],
        "CK_PROG_LINKER_LIBS": request.link_flags,
    }
    joined = {name: " ".join(value) for name, value in words.items()}
    return {**joined, "CK_PROG_TARGET_EXE": usual.artifact_name(request)}


def _artifact(request: BuildRequest, place: Path) -> Path | None:
    """The executable it was asked for, or what has its name: ``hello.class``."""
    exact = place / usual.artifact_name(request)
    alike = sorted(one for one in place.glob(f"{request.target_file}.*") if one.is_file())
    if exact.is_file() or request.commands.link != "" or request.no_artifact:
        return None if request.no_artifact and not exact.is_file() else exact
    return alike[0] if alike else None
