"""A build guided by a profile: built to write one, run once, built by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ck_core.domain.build import BuildRequest, BuildResult, Profile
from ck_core.domain.program import Program
from ck_core.errors import BuildError, UsageError
from ck_core.stages.typed_commands import with_files_as
from ck_core.system.files import storage_errors

_PROFILE = "profile"
_LEAVE = "leave --pgo out"


@dataclass(frozen=True)
class Training:
    """A run that shows how the program is used.

    Attributes:
        name: by which profiles are told apart: command, dataset, variables.
        run: runs the binary once, and answers how it was called; raises CkpError.
    """

    name: str
    run: Callable[[BuildResult], tuple[str, ...]]


def check_trainable(program: Program) -> None:
    """Raises UsageError: nothing is built, or by commands that know nothing of profiles."""
    plan = program.build
    if not plan.is_needed:
        raise UsageError(
            f"program:{program.name} builds nothing that a profile could guide", hint=_LEAVE
        )
    if plan.as_script or plan.compile_commands or plan.link_commands:
        raise UsageError(
            f"program:{program.name} builds itself by commands of its own, which take no profile",
            hint=_LEAVE,
        )


def build_by_profile(
    request: BuildRequest,
    training: Training,
    claim: Callable[[BuildRequest], BuildResult],
    program: Program,
) -> BuildResult:
    """Both builds in the request's directory: compilers find a profile by the objects' paths.

    The commands of the result are those of both, with the training run between them.

    Raises:
        BuildError: the compiler refused, or the run wrote no profile.
        UsageError: the compiler's plugin knows no profiles.
        RunError, RunTimeoutError: the training run failed.
    """
    directory = request.directory / _PROFILE
    with storage_errors("create", directory):
        directory.mkdir(parents=True)
    profile = Profile(directory=directory, is_used=False, training=training.name)
    first = claim(replace(request, profile=profile))
    if not any(str(directory) in word for command in first.commands for word in command):
        raise UsageError(
            f"{request.compiler.label} makes no builds that a profile guides", hint=_LEAVE
        )
    trained = training.run(first)
    written = {str(one) for one in directory.rglob("*")}
    if not written:
        raise BuildError(
            f"program:{program.name} wrote no profile with {request.compiler.label}",
            hint=f"a profile is written when a program ends by itself; {_LEAVE}",
        )
    guided = claim(replace(request, profile=replace(profile, is_used=True)))
    commands = with_files_as(directory, written, guided.commands)
    return replace(guided, profiled=True, commands=(*first.commands, trained, *commands))


def planned_profile(training: Training | None) -> Profile | None:
    """For the build's fingerprint: where the profile lies does not matter."""
    if training is None:
        return None
    return Profile(directory=Path(), is_used=True, training=training.name)
