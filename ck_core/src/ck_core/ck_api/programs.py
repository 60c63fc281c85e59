"""CK's actions on programs."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from ck_core.ck_api.benchmarks import record_of
from ck_core.ck_api.own_options import own_options_of
from ck_core.ck_api.request import Request
from ck_core.ck_api.resolving import context_of, policy_of, wished_tags_of, wishes_of
from ck_core.context import Context
from ck_core.domain.build import chosen_level
from ck_core.domain.options import BuildOptions, RunOptions
from ck_core.errors import UsageError, WrongOutputError
from ck_core.pipeline import build_with_own_options, lock_program, run_program
from ck_core.stages.own_options import with_own_options
from ck_core.store.lock_files import write_lock
from ck_core.workspace.shapes import build_json, run_json
from ck_core.workspace.workspace import Workspace


def compile_(workspace: Workspace, request: Request) -> dict[str, Any]:
    options = _build_options(request)
    context = _context(workspace, request, options)
    own = own_options_of(request, context)
    return build_json(build_with_own_options(options, own, context))


def run(workspace: Workspace, request: Request) -> dict[str, Any]:
    """A wrong output is an error, as on the command line."""
    options = RunOptions(
        build=_build_options(request),
        command_key=request.text("cmd_key"),
        dataset=request.text("dataset_uoa") or request.text("dataset"),
        environment=texts_of(request, "env"),
        repetitions=max(1, request.number("repeat", 10)),
        warmups=max(0, request.number("warmup", 1)),
        launcher=request.text("launcher", RunOptions.launcher),
        launcher_options=texts_of(request, "launcher_options"),
    )
    context, kept = _context(workspace, request, options.build), None
    options = with_own_options(options, own_options_of(request, context), context)
    if asked := record_of(request):
        from ck_core.experiments.recording.recorded_run import recorded_run  # noqa: PLC0415  # who records pays

        outcome, kept = recorded_run(options, asked, context)
    else:
        outcome = run_program(options, context)
    if outcome.correct is False:
        detail = outcome.metrics["correct"].detail
        raise WrongOutputError(f"program:{options.build.program.name} is wrong: {detail}")
    return {**run_json(outcome), **({"experiment": kept.full_cid} if kept else {})}


def texts_of(request: Request, key: str) -> dict[str, str]:
    """Names and values as texts."""
    return {str(name): str(value) for name, value in request.mapping(key).items()}


def lock(workspace: Workspace, request: Request) -> dict[str, Any]:
    """The lock as a dictionary, and in the file that ``output`` names."""
    options = RunOptions(
        build=_build_options(request),
        command_key=request.text("cmd_key"),
        dataset=request.text("dataset_uoa") or request.text("dataset"),
    )
    context = context_of(workspace, request)
    options = with_own_options(options, own_options_of(request, context), context)
    found = lock_program(options, context)
    if output := request.text("output"):
        write_lock(found, Path(output))
    return {"lock": found.as_json()}


def _context(workspace: Workspace, request: Request, options: BuildOptions) -> Context:
    return context_of(workspace, request, options.policy.lock)


def _words(flags: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(flags))
    except ValueError as error:
        raise UsageError(f"'flags' cannot be read: {error}") from None


def _build_options(request: Request) -> BuildOptions:
    cid = request.cid()
    if cid.kind != "program" or cid.name == "*":
        raise UsageError(f"{request.action} works on one program, not on '{cid}'")
    flags = _words(request.text("flags"))
    speed, size = request.flag("speed"), request.flag("size")
    return BuildOptions(
        program=cid,
        compiler=request.text("compiler"),
        wishes=wishes_of(request),
        wished_tags=wished_tags_of(request),
        policy=policy_of(request),
        level=chosen_level(speed=speed, size=size, flags=flags),
        flags=flags,
        rebuild=request.flag("rebuild"),
        profiled=request.action == "run" and request.flag("pgo"),
    )


ACTIONS = {"compile": compile_, "run": run, "lock": lock}
