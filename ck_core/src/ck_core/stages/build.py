"""Stage *build*: sources become a binary, or a cached one is taken."""

from __future__ import annotations

import errno
import json
import os
import shlex
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from ck_core.context import Context
from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.build_job import BuildJob
from ck_core.domain.installation import Installation
from ck_core.domain.options import BuildOptions
from ck_core.domain.program import Program
from ck_core.errors import BuildError, PluginError, StorageError, UnresolvedError
from ck_core.stages.build_jobs import started_by
from ck_core.stages.build_request import bad, build_request
from ck_core.stages.fingerprint import build_fingerprint
from ck_core.stages.training import (
    Training,
    build_by_profile,
    check_trainable,
    planned_profile,
)
from ck_core.stages.typed_commands import typed_in
from ck_core.system.files import format_json, write_atomically
from ck_core.system.trees import new_directory, remove_older

_RESULT_FILE = "ckp-build.json"
_KEPT_S = 24 * 3600.0
"""How long a build that was replaced stays for those who run it."""


def build(
    program: Program,
    resolved: Mapping[str, Installation],
    options: BuildOptions,
    context: Context,
    training: Training | None = None,
    *,
    private: Path | None = None,
    job: BuildJob | None = None,
) -> BuildResult:
    """The program's artefact; a program without sources needs none.

    Args:
        training: the run that the build is guided by; None guides it by none.
        private: where what is in no cache is built, instead of in the cache that all share.
        job: where it is built; None is this machine.

    Raises:
        BuildError: the compiler refused; its last lines are in ``details``.
        UnresolvedError: the program is not for this system.
        BadComponentError: a source is missing, or no compiler is named.
        UsageError: no profile can guide the build of this program.
        StorageError: the disk is full.
        RunError: the job does not start.
    """
    if not program.conditions.hold(context.platform, {}):
        raise UnresolvedError(
            f"program:{program.name} is not for {context.platform.target.name} "
            f"on {context.platform.host.name}",
            hint=f"its meta says what it is for: {program.component.meta_file}",
        )
    if training:
        check_trainable(program)
    if not program.build.is_needed:
        return BuildResult(artifact=None)
    request = build_request(program, resolved, options, context.builds_directory, context)
    where = job.where if job else ""
    request = replace(request, profile=planned_profile(training), where=where)
    if request.commands.as_script and not request.commands.compile:
        raise bad(program, "has 'use_compile_script' but no command in 'compile_cmds'")
    release = context.plugins.release_of(request.compiler.plugin)
    fingerprint = build_fingerprint(request, release)
    places = [one / fingerprint for one in (private, context.builds_directory) if one]
    cached = None if options.rebuild else next(filter(None, map(_load, places)), None)
    if cached:
        return replace(cached, cached=True)
    return _build_new(request, places[0], program, context, training=training, job=job)


def _build_new(
    request: BuildRequest,
    place: Path,
    program: Program,
    context: Context,
    *,
    training: Training | None,
    job: BuildJob | None,
) -> BuildResult:
    """Into a directory of its own: somebody may be running an earlier build of the same."""
    _mark_replaced(place)
    remove_older(place, _KEPT_S)
    name = f"build-{os.urandom(4).hex()}"
    with (
        context.reporter.step(f"building {program.name} with {_tool(request)}"),
        new_directory(place / name) as directory,
        started_by(job, program.name) as words,
    ):
        started = time.perf_counter()
        request = replace(request, directory=directory, started_by=words)
        result = _claimed(request, program, training, context)
        result = _moved(result, directory, Path(name))
        result = replace(result, commands=typed_in(directory, result.commands))
    result = replace(result, build_s=time.perf_counter() - started)
    write_atomically(place / _RESULT_FILE, format_json(_values(result)))
    return _moved(result, Path(), place)


def _claimed(
    request: BuildRequest, program: Program, training: Training | None, context: Context
) -> BuildResult:
    def claim(one: BuildRequest) -> BuildResult:
        return _checked(context.plugins.claim("build", request=one), one, program)

    if training is None:
        return claim(request)
    return build_by_profile(request, training, claim, program)


def _mark_replaced(place: Path) -> None:
    """Somebody may have taken the build from the cache a moment ago, however old it is."""
    replaced = _load(place)
    if replaced and (directory := entry_of(replaced, place)):
        with suppress(OSError):  # another has replaced and removed it
            os.utime(directory)


def entry_of(result: BuildResult, directory: Path) -> Path | None:
    """The entry of that directory which the build lies in; None where it lies elsewhere."""
    for path in filter(None, (result.artifact, result.products)):
        if path.is_relative_to(directory):
            return directory / path.relative_to(directory).parts[0]
    return None


def _tool(request: BuildRequest) -> str:
    """The user's flags tell the builds of one compiler from each other."""
    where = ("by", request.where) if request.where else ()
    return " ".join((request.compiler.label, *map(shlex.quote, request.flags), *where))


def _moved(result: BuildResult, directory: Path, to: Path) -> BuildResult:
    """With its paths below ``to`` instead of below ``directory``."""
    artifact, products = (
        path and to / path.relative_to(directory) for path in (result.artifact, result.products)
    )
    return replace(result, artifact=artifact, products=products)


def _values(result: BuildResult) -> dict[str, object]:
    paths = {"artifact": result.artifact, "products": result.products}
    return {**asdict(result), **{key: str(path or "") for key, path in paths.items()}}


def _checked(result: object, request: BuildRequest, program: Program) -> BuildResult:
    compiler = request.compiler
    if not isinstance(result, BuildResult):
        raise PluginError(
            f"no plugin builds with {compiler.label} (its plugin is '{compiler.plugin}')",
            hint=f"ckp detect soft --tags={compiler.product} looks for it again; "
            "ckp plugins lists who builds",
        )
    for path in filter(None, (result.artifact, result.products)):
        _check_place(path, request)
    if result.error and not request.directory.is_dir():
        raise vanished(program, request.directory)
    if os.strerror(errno.ENOSPC) in result.error:
        raise StorageError(
            f"no space left to build program:{program.name} in {request.directory}",
            details=result.error,
        )
    if result.error or (result.artifact is None and not _may_have_none(request)):
        raise BuildError(
            f"program:{program.name} does not build with {compiler.label}",
            hint=f"read the compiler's words above; the sources are in {request.source_root}",
            details=result.error,
        )
    return result


def _check_place(path: Path, request: BuildRequest) -> None:
    if request.directory not in path.parents:
        raise PluginError(
            f"plugin {request.compiler.plugin} built {path}, which is not in the directory "
            f"it was given, {request.directory}",
            hint="it must write below request.directory",
        )


def _may_have_none(request: BuildRequest) -> bool:
    """Where nothing is linked, what is run may be a source, or a class in a file of its own."""
    return request.no_artifact or request.commands.link == ""


def _load(directory: Path) -> BuildResult | None:
    """The last result kept in a directory of builds; None where it is missing or damaged."""
    try:
        values = json.loads((directory / _RESULT_FILE).read_text(encoding="utf-8"))
        result = BuildResult(
            artifact=Path(values["artifact"]) if values["artifact"] else None,
            products=Path(values["products"]) if values["products"] else None,
            size_bytes=values["size_bytes"],
            build_s=values["build_s"],
            flags=tuple(values["flags"]),
            disassembly_md5=values["disassembly_md5"],
            commands=tuple(tuple(command) for command in values["commands"]),
            warnings=values["warnings"],
            profiled=values.get("profiled", False),
        )
        result = _moved(result, Path(), directory)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return result if _is_there(result) else None


def vanished(program: Program, path: Path) -> StorageError:
    """For what somebody has removed: neither compiler nor program is to blame."""
    return StorageError(
        f"the build of program:{program.name} vanished while ckp worked with it: {path}",
        hint="remove nothing from ckp's cache while it works; the next command builds it anew",
    )


def _is_there(result: BuildResult) -> bool:
    found = result.artifact is None or result.artifact.is_file()
    return found and (result.products is None or result.products.is_dir())
