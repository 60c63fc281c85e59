"""Points from what was measured."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone

from ck_core import __version__
from ck_core.context import Context
from ck_core.domain.component import Component
from ck_core.domain.dataset import Dataset
from ck_core.domain.names import new_uid
from ck_core.domain.outcome import BuiltCommand
from ck_core.domain.point import Point, RecordedBuild, RecordedComponent, Resolved, Scalar
from ck_core.domain.program import Program, parse_program
from ck_core.experiments.calibrating import VARIABLE
from ck_core.experiments.digests import component_digest
from ck_core.experiments.series import CORRECT, Series
from ck_core.experiments.variants import Variant
from ck_core.stages.locking import lock_of
from ck_core.stages.provenance import source_of
from ck_core.system.files import file_digest


@dataclass
class Circumstances:
    """What points of one session have in common.

    Attributes:
        features: of the machine.
    """

    uid: str
    seed: int
    features: Mapping[str, Scalar]
    command_line: tuple[str, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)

    def recorded(self, component: Component) -> RecordedComponent:
        """Its files are read once a session."""
        if component.full_cid not in self.digests:
            self.digests[component.full_cid] = component_digest(component)
        return RecordedComponent(
            cid=component.cid,
            uid=component.uid,
            source=source_of(component),
            digest=self.digests[component.full_cid],
        )


def point_of(series: Series, session: Circumstances, context: Context) -> Point:
    """Complete in itself; of a variant that failed what is known of it.

    Args:
        context: of the variant's target.
    """
    program, ready = _program(series, context), series.ready
    metrics = series.metrics
    correct = metrics[CORRECT].value if CORRECT in metrics else None
    options, request = series.variant.options, series.request
    return Point(
        uid=new_uid(),
        recorded_at=datetime.now(timezone.utc).isoformat(timespec="microseconds"),
        program=session.recorded(program.component),
        command=ready.command.key if ready else program.command(options.command_key).key,
        dataset=session.recorded(ready.dataset.component) if ready and ready.dataset else None,
        status="failed" if series.error else "ok",
        stage=series.stage,
        error=_sentence(series),
        correct=None if correct is None else bool(correct),
        choices=dict(_choices(series.variant, ready, context)),
        features={**session.features, "launcher": request.launcher if request else ""},
        characteristics=series.characteristics,
        metrics=metrics,
        resolved=tuple(_resolved(ready, context)) if ready else (),
        build=_build(ready) if ready else None,
        plugins=_plugins(ready, context),
        ckp=__version__,
        command_line=session.command_line,
        seed=session.seed,
        session=session.uid,
        emulated_by=ready.built.emulator.label if ready and ready.built.emulator else "",
        notes=series.notes,
    )


def _program(series: Series, context: Context) -> Program:
    if series.ready:
        return series.ready.program
    return parse_program(context.store.get(series.variant.options.build.program))


def _sentence(series: Series) -> str:
    """With the compiler's or the program's last lines."""
    error = series.error
    return "\n".join(filter(None, (error.message, error.details))) if error else ""


def _choices(
    variant: Variant, ready: BuiltCommand | None, context: Context
) -> Iterator[tuple[str, Scalar]]:
    """What was chosen, by the user or in his place; a compiler by its exact version."""
    options = variant.options
    compiler = ready.built.compiler if ready else None
    label = compiler.label if compiler else options.build.compiler
    if label:
        yield "compiler", label
    if label or ready is None:
        yield "level", options.build.level.value
        yield "flags", shlex.join(options.build.flags)
    if dataset := _dataset_name(options.dataset, ready.dataset if ready else None):
        yield "dataset", dataset
    yield "command", ready.command.key if ready else options.command_key
    yield "target", _target_name(variant, ready, context)
    if repeat := _repeat(variant, ready):
        yield "repeat", repeat
    for name, value in options.environment.items():
        if name != VARIABLE:
            yield f"env.{name}", value


def _dataset_name(given: str, found: Dataset | None) -> str:
    return found.name if found else given.rpartition(":")[2]


def _target_name(variant: Variant, ready: BuiltCommand | None, context: Context) -> str:
    built_for = ready.built.target if ready else None
    return (built_for or variant.target or context.platform.target).name


def _repeat(variant: Variant, ready: BuiltCommand | None) -> Scalar:
    own = {**ready.program.run_environment, **ready.command.environment} if ready else {}
    given = variant.options.environment.get(VARIABLE, own.get(VARIABLE, ""))
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
