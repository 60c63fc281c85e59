"""Stage *build*: sources become a binary, or a cached one is taken."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.installation import Installation
from ck_core.domain.options import BuildOptions
from ck_core.domain.program import Program
from ck_core.domain.template import UnknownPlaceholderError, expand_words
from ck_core.errors import BadComponentError, BuildError, PluginError, StorageError
from ck_core.stages.fingerprint import build_fingerprint
from ck_core.system.files import format_json, write_atomically
from ck_core.system.trees import new_directory, remove_older

_RESULT_FILE = "ckp-build.json"
_KEPT_S = 24 * 3600.0
"""How long a build that was replaced stays for those who run it."""


def build(
    program: Program, resolved: Mapping[str, Installation], options: BuildOptions, context: Context
) -> BuildResult:
    """The program's artefact; a program without sources needs none.

    Raises:
        BuildError: the compiler refused; its last lines are in ``details``.
        BadComponentError: a source is missing, or no compiler is named.
        StorageError: the disk is full.
    """
    if not program.sources:
        return BuildResult(artifact=None)
    request = _request(program, resolved, options, context.builds_directory)
    release = context.plugins.release_of(request.compiler.plugin)
    place = context.builds_directory / build_fingerprint(request, release)
    cached = None if options.rebuild else _load(place)
    if cached:
        return replace(cached, cached=True)
    return _build_new(request, place, program, context)


def _build_new(
    request: BuildRequest, place: Path, program: Program, context: Context
) -> BuildResult:
    """Into a directory of its own: somebody may be running an earlier build of the same."""
    remove_older(place, _KEPT_S)
    name = f"build-{os.urandom(4).hex()}"
    with (
        context.reporter.step(f"building {program.name} with {request.compiler.label}"),
        new_directory(place / name) as directory,
    ):
        started = time.perf_counter()
        result = context.plugins.claim("build", request=replace(request, directory=directory))
        result = _checked(result, replace(request, directory=directory), program)
        built = (result.artifact or directory).relative_to(directory)
    result = replace(result, artifact=Path(name, built), build_s=time.perf_counter() - started)
    write_atomically(
        place / _RESULT_FILE, format_json({**asdict(result), "artifact": str(result.artifact)})
    )
    return replace(result, artifact=place / name / built)


def _checked(result: object, request: BuildRequest, program: Program) -> BuildResult:
    compiler = request.compiler
    if not isinstance(result, BuildResult):
        raise PluginError(
            f"no plugin builds with {compiler.label} (its plugin is '{compiler.plugin}')",
            hint=f"ckp detect soft --tags={compiler.product} looks for it again; "
            "ckp plugins lists who builds",
        )
    if result.artifact and request.directory not in result.artifact.parents:
        raise PluginError(
            f"plugin {compiler.plugin} built {result.artifact}, which is not in the directory "
            f"it was given, {request.directory}",
            hint="it must write below request.directory",
        )
    if os.strerror(errno.ENOSPC) in result.error:
        raise StorageError(
            f"no space left to build program:{program.name} in {request.directory}",
            details=result.error,
        )
    if result.artifact is None or result.error:
        raise BuildError(
            f"program:{program.name} does not build with {compiler.label}",
            hint=f"read the compiler's words above; the sources are in {request.source_root}",
            details=result.error,
        )
    return result


def _request(
    program: Program, resolved: Mapping[str, Installation], options: BuildOptions, directory: Path
) -> BuildRequest:
    if "compiler" not in resolved:
        raise _bad(program, "has source_files but no 'compiler' in compile_deps")
    for source in program.sources:
        if not (program.component.path / source).is_file():
            raise _bad(program, f"names the source file '{source}', which is missing")
    root = program.component.path
    return BuildRequest(
        compiler=resolved["compiler"],
        compiler_variable=program.compiler_variable,
        source_root=root,
        sources=program.sources,
        directory=directory,
        target_file=program.target_file,
        include_directories=tuple(root / name for name in program.include_directories),
        macros=program.macros,
        level=options.level,
        flags=options.flags,
        link_flags=_link_flags(program, resolved),
    )


def _link_flags(program: Program, resolved: Mapping[str, Installation]) -> tuple[str, ...]:
    values = {k: v for found in resolved.values() for k, v in found.environment.items()}
    try:
        return expand_words(program.link_template, values)
    except UnknownPlaceholderError as missing:
        given_by = ", ".join(sorted(one.label for one in resolved.values()))
        raise _bad(
            program,
            f"asks for $<<{missing}>>$ in extra_ld_vars, which {given_by} does not give "
            f"(the plugin that detects it says what it gives)",
        ) from None
    except ValueError as error:
        raise _bad(program, f"has an 'extra_ld_vars' that cannot be read: {error}") from None


def _bad(program: Program, problem: str) -> BadComponentError:
    file = program.component.meta_file
    return BadComponentError(f"program:{program.name} {problem}", hint=f"correct {file}")


def _load(directory: Path) -> BuildResult | None:
    """The last result kept in a directory of builds; None where it is missing or damaged."""
    try:
        values = json.loads((directory / _RESULT_FILE).read_text(encoding="utf-8"))
        result = BuildResult(
            artifact=directory / values["artifact"],
            size_bytes=values["size_bytes"],
            build_s=values["build_s"],
            flags=tuple(values["flags"]),
            commands=tuple(tuple(command) for command in values["commands"]),
            warnings=values["warnings"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return result if result.artifact and result.artifact.is_file() else None
