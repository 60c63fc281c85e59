"""The hook *run* for launcher ``mpirun``: several tasks on this machine, without a manager."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ck_core import hookimpl
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.errors import UsageError
from ck_core.system.measuring import measure
from ck_plugins_hpc.launching.collecting import machine_of
from ck_plugins_hpc.launching.inside import node
from ck_plugins_hpc.launching.options import JobOptions, parse_job_options
from ck_plugins_hpc.launching.parallel import for_tasks

LAUNCHER = "mpirun"


@hookimpl
def run(request: RunRequest) -> RunResult | None:
    """Nothing for other launchers; raises UsageError for what needs a cluster."""
    if request.launcher != LAUNCHER:
        return None
    options = parse_job_options(request.launcher_options, LAUNCHER)
    _check_here(options)
    local = replace(for_tasks(request, options, None), launcher="local")
    result = request.session.run(local) if request.session else measure(local)
    return replace(result, repetitions=tuple(map(_with_machine, result.repetitions)))


def _with_machine(one: Repetition) -> Repetition:
    """As jobs tell it of their nodes."""
    return replace(one, observed=replace(one.observed, machine=machine_of(node())))


def build_job(options: Mapping[str, str]) -> None:
    """Builds are made here; raises UsageError for options that it does not know."""
    _check_here(parse_job_options(options, LAUNCHER))


def _check_here(options: JobOptions) -> None:
    if options.nodes > 1:
        raise UsageError(
            f"launcher {LAUNCHER} has this machine alone, not {options.nodes} nodes",
            hint="--launcher slurm, or flux, has more",
        )
    if options.build:
        raise UsageError(
            f"launcher {LAUNCHER} has no jobs to build in", hint="leave --launcher.build out"
        )
