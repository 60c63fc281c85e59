"""The six hooks: the whole plugin surface of ckp, on one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from pathlib import Path

    from ck_core.domain.build import BuildRequest, BuildResult
    from ck_core.domain.install import InstallRequest
    from ck_core.domain.installation import Installation
    from ck_core.domain.metric import Metric
    from ck_core.domain.requirement import Requirement
    from ck_core.domain.run import RunRequest, RunResult
    from ck_core.domain.soft import Soft
    from ck_core.domain.target import Platform
    from ck_core.domain.tuning.session import TuningSession

PROJECT = "ckp"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def detect(  # type: ignore[empty-body]  # a specification has no body
    requirement: Requirement, platform: Platform, softs: Sequence[Soft], places: Sequence[Path]
) -> Sequence[Installation]:
    """Collect: what is on this machine that might meet the requirement.

    Choosing is the resolver's job; return everything of your product, or nothing. ``softs`` are
    all descriptions of how things are found; ``places`` are directories to look into beside the
    usual ones, each with one thing that was just installed.
    """


@hookspec(firstresult=True)
def install(request: InstallRequest) -> Installation | None:
    """Claim: get what is missing into a directory of its own; None when not yours.

    With ``request.package`` that package into ``request.directory``; else by a way of your own.
    """


@hookspec(firstresult=True)
def build(request: BuildRequest) -> BuildResult | None:
    """Claim: turn sources and flags into a binary; None when the compiler is not yours."""


@hookspec(firstresult=True)
def run(request: RunRequest) -> RunResult | None:
    """Claim: execute and measure; None when the launcher is not yours."""


@hookspec
def postprocess(request: RunRequest, result: RunResult) -> Mapping[str, Metric]:  # type: ignore[empty-body]  # a specification has no body
    """Collect: turn outputs into metrics."""


@hookspec
def autotune(session: TuningSession) -> None:
    """Contribute: parameters to vary, strategies that search them, readers of features."""
