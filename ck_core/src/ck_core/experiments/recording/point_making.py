"""Points from what was measured."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from ck_core import __version__
from ck_core.context import Context, SilentReporter
from ck_core.dependencies import resolve_program
from ck_core.domain.component import Component
from ck_core.domain.names import new_uid
from ck_core.domain.options import RunOptions
from ck_core.domain.outcome import BuiltCommand
from ck_core.domain.point import Point, RecordedBuild, RecordedComponent, Resolved, Scalar
from ck_core.domain.program import COMPILER, parse_program
from ck_core.domain.program_options.reading import command_option, options_of
from ck_core.domain.program_options.recorded import chosen_options, variables_of_options
from ck_core.domain.repeat_variable import REPEAT_VARIABLE
from ck_core.errors import BuildError, CkpError
from ck_core.experiments.measuring.asked import Asked
from ck_core.experiments.measuring.features import features_at_end, features_where_run
from ck_core.experiments.measuring.series import CORRECT, Series
from ck_core.experiments.measuring.variants import Variant
from ck_core.experiments.measuring.waiting import waited
from ck_core.experiments.measuring.watched_files import WatchedFiles
from ck_core.stages.locking import lock_of
from ck_core.stages.provenance import source_of
from ck_core.system.files import file_digest


@dataclass
class SessionFacts:
    """What points of one session have in common.

    Attributes:
        features: of the machine that ckp runs on, when it began.
        files: of each component by its full cid, as they were when it was first looked at.
    """

    uid: str
    seed: int
    features: Mapping[str, Scalar]
    command_line: tuple[str, ...] = ()
    files: dict[str, WatchedFiles] = field(default_factory=dict)

    def watched(self, component: Component) -> WatchedFiles:
        """Its files are read when this is first called, which is before anything is built."""
        if component.full_cid not in self.files:
            self.files[component.full_cid] = WatchedFiles.of(component)
        return self.files[component.full_cid]

    def recorded(self, component: Component) -> RecordedComponent:
        return RecordedComponent(
            cid=component.cid,
            uid=component.uid,
            source=source_of(component),
            digest=self.watched(component).digest,
        )


def point_of(series: Series, session: SessionFacts, context: Context) -> Point:
    """Complete in itself; of a variant that failed what is known of it.

    Args:
        context: of the variant's target.
    """
    asked, ready = _asked(series, context), series.ready
    metrics = series.metrics
    correct = metrics[CORRECT].value if CORRECT in metrics else None
    launcher = series.request.launcher if series.request else ""
    here = {**session.features, **features_at_end()}
    return Point(
        uid=new_uid(),
        recorded_at=datetime.now(timezone.utc).isoformat(timespec="microseconds"),
        program=session.recorded(asked.program.component),
        command=asked.command.key,
        dataset=session.recorded(asked.dataset.component) if asked.dataset else None,
        status="failed" if series.error else "ok",
        stage=series.stage,
        error=_sentence(series),
        correct=None if correct is None else bool(correct),
        choices=dict(_choices(series, asked, context)),
        features=features_where_run(here, launcher, series.repetitions),
        characteristics=series.characteristics,
        metrics=metrics,
        resolved=tuple(_resolved(ready, context)) if ready else (),
        build=_build(ready) if ready else None,
        plugins=_plugins(ready, context),
        ckp=__version__,
        command_line=session.command_line,
        seed=session.seed,
        session=session.uid,
        place=series.place,
        emulated_by=ready.built.emulator.label if ready and ready.built.emulator else "",
        notes=(*_changes(asked, session), *_disturbed(series, launcher, here), *series.notes),
        extra=dict(_jobs(series)),
    )


def _jobs(series: Series) -> Iterator[tuple[str, object]]:
    """Those that repetitions ran in, each once, and what the manager was given for the first."""
    jobs = {one.job.id: one.job for one in series.repetitions if one.job}
    if jobs:
        told = [{"id": j.id, "nodes": [*j.nodes], "queued_s": j.queued_s} for j in jobs.values()]
        yield "jobs", told
        yield "job_script", next(iter(jobs.values())).script


def _asked(series: Series, context: Context) -> Asked:
    if ready := series.ready:
        return Asked(program=ready.program, command=ready.command, dataset=ready.dataset)
    if series.asked:
        return series.asked
    options = series.variant.options
    program = parse_program(context.store.get(options.build.program))
    return Asked(program=program, command=program.command(options.command_key))


def _changes(asked: Asked, session: SessionFacts) -> Iterator[str]:
    for component in asked.components:
        if change := session.watched(component).change:
            yield change


def _disturbed(series: Series, launcher: str, here: Mapping[str, Scalar]) -> Iterator[str]:
    """The load of the beginning does not tell who came later."""
    found = waited(series.repetitions) if launcher == "local" else None
    if found:
        count, before, after = len(series.repetitions), here.get("load"), here.get("load_end")
        told = "" if None in (before, after) else f" (load {before} before, {after} after)"
        yield (
            f"others had the cores: {found.interruptions} interruptions in {count} repetitions, "
            f"which waited for {found.share:.0%} of their wall time{told}; "
            "cpu_s tells more of the program"
        )


def _sentence(series: Series) -> str:
    """With the compiler's or the program's last lines."""
    error = series.error
    return "\n".join(filter(None, (error.message, error.details))) if error else ""


def _choices(series: Series, asked: Asked, context: Context) -> Iterator[tuple[str, Scalar]]:
    """What was chosen, by the user or in his place; a compiler by its exact version."""
    variant, ready = series.variant, series.ready
    options = variant.options
    label = _compiler(series, asked, context)
    if label:
        yield "compiler", label
    if label or (ready is None and asked.program.build.is_needed):
        yield "level", options.build.level.value
        yield "flags", shlex.join(options.build.flags)
    if options.build.profiled:
        yield "pgo", "yes"
    if dataset := asked.dataset.name if asked.dataset else options.dataset.rpartition(":")[2]:
        yield "dataset", dataset
    if not command_option(options_of(asked.program)):
        yield "command", asked.command.key
    yield from _own_options(series, asked)
    yield "target", _target_name(variant, ready, context)
    if repeat := _repeat(variant, asked):
        yield "repeat", repeat
    if options.monitors:
        yield "monitor", ",".join(sorted(options.monitors))
    yield from _variables(options, asked)
    yield from ((f"launcher.{name}", text) for name, text in options.launcher_options.items())


def _variables(options: RunOptions, asked: Asked) -> Iterator[tuple[str, Scalar]]:
    """Of the environment; not those that are told as something else."""
    told = {REPEAT_VARIABLE, *variables_of_options(asked.program, asked.command)}
    yield from (
        (f"env.{name}", text) for name, text in options.environment.items() if name not in told
    )


def _own_options(series: Series, asked: Asked) -> Iterator[tuple[str, Scalar]]:
    ready = series.ready
    resolved = ready.built.resolved if ready else {}
    yield from chosen_options(asked.program, asked.command, series.variant.options, resolved)


def _compiler(series: Series, asked: Asked, context: Context) -> str:
    """Of what did not build the one that was to build it, where it was found."""
    wished = series.compiler or series.variant.options.build.compiler
    if series.ready:
        return series.ready.built.compiler.label if series.ready.built.compiler else wished
    if series.compiler or not isinstance(series.error, BuildError):
        return wished
    return _resolved_again(series, asked, context) or wished


def _resolved_again(series: Series, asked: Asked, context: Context) -> str:
    """It was registered before the build, so nothing is installed or asked."""
    build = series.variant.options.build
    policy = replace(build.policy, installs=False)
    silent = Context(SilentReporter(), context.target)
    try:
        found = resolve_program(asked.program, replace(build, policy=policy), silent, asked.command)
    except CkpError:
        return ""
    compiler = asked.program.compiler_of(found) or found.get(COMPILER)
    return compiler.label if compiler else ""


def _target_name(variant: Variant, ready: BuiltCommand | None, context: Context) -> str:
    built_for = ready.built.target if ready else None
    return (built_for or variant.target or context.platform.target).name


def _repeat(variant: Variant, asked: Asked) -> Scalar:
    own = {**asked.program.run_environment, **asked.command.environment}
    given = variant.options.environment.get(REPEAT_VARIABLE, own.get(REPEAT_VARIABLE, ""))
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else given


def _resolved(ready: BuiltCommand, context: Context) -> Iterator[Resolved]:
    found = ready.built.resolved
    lock = lock_of(ready.program, ready.dataset, found, context)
    for key, one in lock.resolved.items():
        yield Resolved(
            key=key,
            product=one.product,
            version=one.version,
            target=one.target,
            origin=one.origin,
            package=one.package.cid if one.package else "",
            package_variation=one.package.variation if one.package else "",
            digest=one.digest,
            path=str(found[key].path),
            plugin_release=one.plugin_release,
            made_with=one.made_with,
        )


def _build(ready: BuiltCommand) -> RecordedBuild:
    build = ready.built.build
    digest = file_digest(build.artifact) if build.artifact else ""
    return RecordedBuild(flags=build.flags, size_bytes=build.size_bytes, digest=digest)


def _plugins(ready: BuiltCommand | None, context: Context) -> dict[str, str]:
    """That found and built what was used, and those that may have run or judged it."""
    if ready is None:
        return {}
    names = [one.plugin for one in ready.built.resolved.values() if one.plugin]
    names += [*context.plugins.providers("run"), *context.plugins.providers("postprocess")]
    return {name: context.plugins.release_of(name) for name in sorted(set(names))}
