"""The same program, tools, flags, dataset and variables as a point's, or the nearest there is."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ck_core.context import Context
from ck_core.dependencies import resolve_program
from ck_core.domain.cid import Cid, is_pattern, parse_cid
from ck_core.domain.command import Command
from ck_core.domain.component import Component
from ck_core.domain.digest import short_digest
from ck_core.domain.installation import Installation
from ck_core.domain.lock import Lock, LockedComponent, LockedInstallation, recipe_digest
from ck_core.domain.names import is_one_part
from ck_core.domain.options import BuildOptions, ResolvePolicy, RunOptions
from ck_core.domain.package_variations import varied
from ck_core.domain.point import Point, RecordedComponent, Resolved
from ck_core.domain.program import Program, parse_program
from ck_core.domain.program_options.recorded import gone_options, run_again
from ck_core.domain.requirement import here
from ck_core.domain.source import Source
from ck_core.domain.version import label_of
from ck_core.errors import (
    CkpError,
    ComponentNotFoundError,
    InstallError,
    StorageError,
    UnresolvedError,
    UsageError,
)
from ck_core.experiments.replay import recorded_choices as recorded
from ck_core.experiments.replay.nearest import Nearby, digest
from ck_core.stages.dataset import choose_dataset
from ck_core.stages.provenance import source_of


@dataclass(frozen=True, kw_only=True)
class Rebuilding:
    """What to run in a point's place.

    Attributes:
        compiler: the one that will build; empty where nothing is compiled.
        substitutions: a sentence for each thing that cannot be had as it was recorded.
    """

    options: RunOptions
    compiler: str = ""
    substitutions: tuple[str, ...] = ()


def rebuilding(
    point: Point, policy: ResolvePolicy, context: Context, *, trusted: bool
) -> Rebuilding:
    """How a point is run again here.

    Args:
        context: of the target that `Places` says.
        trusted: values of the program's options that may name files are handed on.

    Raises:
        ComponentNotFoundError: the program or its command is gone.
        UnresolvedError: nothing here can take the place of what it was made with.
        InstallError: nor could it be installed.
        UsageError: the point itself is no help.
    """
    component = found_program(point.program, context)
    program = parse_program(component)
    command = program.command(recorded.command_of(point))
    dataset, told = _dataset(point, program, command, context)
    build = BuildOptions(
        program=Cid("program", component.alias, component.repository),
        flags=recorded.flags_of(point),
        level=recorded.level_of(point),
        profiled=recorded.is_profiled(point),
        policy=policy,
    )
    asked = RunOptions(
        build=build,
        command_key=command.key,
        dataset=dataset,
        environment=recorded.sound_environment_of(point),
        repetitions=recorded.repetitions_of(point),
        monitors=recorded.monitors_of(point),
    )
    asked = run_again(asked, point.choices, program, command, trusted=trusted)
    chosen = _Tools(point, program, command, context).choose(asked.build)
    return Rebuilding(
        options=replace(asked, build=chosen.build),
        compiler=chosen.compiler,
        substitutions=(*told, *_gone(point, program, command), *chosen.substitutions),
    )


def _gone(point: Point, program: Program, command: Command) -> Iterator[str]:
    """Points of CK, which hold no version of ckp, have choices of its own."""
    for name in gone_options(point.choices, program, command) if point.ckp else ():
        value = f"{point.choices[name]}"
        yield f"{name} was {value!r:.60}, and {program.component.cid} here has no such option"


def found_program(wanted: RecordedComponent, context: Context) -> Component:
    """By UID, else by name; raises ComponentNotFoundError with where it was recorded from."""
    found = _found(wanted, "program", context)
    if found is None:
        source = wanted.source
        origin = f"; it was recorded from repository {source}" if source.repo else ""
        raise ComponentNotFoundError(
            f"{wanted.cid} is not here{origin}",
            hint=shlex.join(["ckp", "pull", f"repo:{source.repo}"])
            if source.repo
            else "ckp ls program",
        )
    return found


def _found(wanted: RecordedComponent, kind: str, context: Context) -> Component | None:
    """A repository of the recorded name comes before others."""
    names = [one for one in (wanted.uid, wanted.alias) if _is_name(one)]
    places = [*filter(_is_name, [wanted.source.repo]), "*"]
    for cid in (Cid(kind, name, place) for name in names for place in places):
        try:
            return context.store.get(cid)
        except (ComponentNotFoundError, UsageError):
            continue
    return None


def _is_name(text: str) -> bool:
    """A point is a stranger's: a pattern in it would mean any component."""
    is_text = not any("\ud800" <= one <= "\udfff" for one in text)
    return is_text and is_one_part(text) and not is_pattern(text)


def _dataset(
    point: Point, program: Program, command: Command, context: Context
) -> tuple[str, tuple[str, ...]]:
    """Its name, empty where none is read, and what is to be said of it."""
    if point.dataset is None:
        return "", ()
    found = _found(point.dataset, "dataset", context)
    if found:
        return found.full_cid, ()
    other = choose_dataset(program, command, "", context)
    if other is None:
        return "", (f"{point.dataset.cid} is not here, and the command reads none",)
    instead = other.component.full_cid
    return instead, (f"{point.dataset.cid} is not here: {instead} takes its place",)


@dataclass(frozen=True, kw_only=True)
class _Choice:
    build: BuildOptions
    found: Mapping[str, Installation]
    substitutions: tuple[str, ...] = ()

    @property
    def compiler(self) -> str:
        return self.found["compiler"].label if "compiler" in self.found else ""


class _Tools:
    """Compilers, libraries, emulators: exactly as recorded, else the nearest."""

    def __init__(self, point: Point, program: Program, command: Command, context: Context) -> None:
        self._point = point
        self._program = program
        self._command = command
        self._context = context

    def choose(self, build: BuildOptions) -> _Choice:
        if not self._point.resolved:
            return self._as_named(build)
        lock = lock_of_point(self._point, self._program, self._context)
        exact = replace(build, policy=replace(build.policy, lock=lock))
        try:
            return _Choice(build=exact, found=self._resolved(exact))
        except UnresolvedError:
            return self._nearest(build, Nearby(self._context, installs=build.policy.installs))
        except InstallError as error:
            found = self._nearest(build, Nearby(self._context, installs=False))
            told = (f"what was recorded could not be installed: {error.message}",)
            return replace(found, substitutions=(*told, *found.substitutions))

    def _as_named(self, build: BuildOptions) -> _Choice:
        """For points that hold no resolution, such as those of CK."""
        named = recorded.compiler_of(self._point)
        attempts = [{"compiler": named}, {}] if named else [{}]
        chosen, found = self._first_that_resolves(build, attempts)
        if not found:
            return _Choice(build=chosen, found=found)
        taken = ", ".join(f"{key} {one.label}" for key, one in found.items())
        text = f"the point does not hold what it was resolved to; taken: {taken}"
        return _Choice(build=chosen, found=found, substitutions=(text,))

    def _nearest(self, build: BuildOptions, nearby: Nearby) -> _Choice:
        held = {one.key: one for one in self._point.resolved}
        needs = here(self._program.requirements_of(self._command), self._context.platform)
        wishes = {
            one.key: wish
            for one in needs
            if one.key in held and (wish := nearby.wish(one, held[one.key]))
        }
        compiler = {key: wish for key, wish in wishes.items() if key == "compiler"}
        chosen, found = self._first_that_resolves(build, [wishes, compiler, {}])
        told = substitutions(held, found, self._context)
        return _Choice(build=chosen, found=found, substitutions=tuple(told))

    def _first_that_resolves(
        self, build: BuildOptions, attempts: list[dict[str, str]]
    ) -> tuple[BuildOptions, Mapping[str, Installation]]:
        """Raises the error of the last attempt; none is made twice."""
        *others, last = [one for n, one in enumerate(attempts) if one not in attempts[:n]]
        for wishes in others:
            chosen = replace(build, wishes={}, substitutes=wishes)
            try:
                return chosen, self._resolved(chosen)
            except StorageError:
                raise
            except CkpError:
                continue
        chosen = replace(build, wishes={}, substitutes=last)
        return chosen, self._resolved(chosen)

    def _resolved(self, build: BuildOptions) -> Mapping[str, Installation]:
        return resolve_program(self._program, build, self._context, self._command)


def lock_of_point(point: Point, program: Program, context: Context) -> Lock:
    """What the point holds, as a lock; differences of the sources are told elsewhere."""
    component = program.component
    return Lock(
        program=LockedComponent(cid=component.cid, uid=component.uid, source=source_of(component)),
        dataset=None,
        target=context.platform.target,
        resolved={one.key: _locked(one, context) for one in point.resolved},
    )


def _locked(one: Resolved, context: Context) -> LockedInstallation:
    return LockedInstallation(
        product=one.product,
        version=one.version,
        target=one.target,
        origin=one.origin,
        digest=one.digest,
        plugin_release=one.plugin_release,
        made_with=one.made_with,
        package=_locked_package(one, context) if one.package else None,
    )


def _locked_package(one: Resolved, context: Context) -> LockedComponent:
    """A point names its package only; the digest of what was installed tells whether it does."""
    try:
        component = context.store.get(parse_cid(one.package))
    except (ComponentNotFoundError, UsageError):
        return LockedComponent(cid=one.package, uid="", source=Source(repo=""))
    return LockedComponent(
        cid=component.cid,
        uid=component.uid,
        source=Source(repo=component.repository),
        recipe=recipe_digest(varied(component, one.package_variation)),
        variation=one.package_variation,
    )


def substitutions(
    held: Mapping[str, Resolved], found: Mapping[str, Installation], context: Context
) -> Iterator[str]:
    """A sentence for each requirement that something else than the recorded meets."""
    for key, one in found.items():
        if key not in held:
            yield f"{key}: none was recorded, {one.label} is taken"
            continue
        was = held[key]
        label, now = label_of(was.product, was.version), digest(one, context)
        if one.product != was.product:
            yield f"{key}: {label} cannot be had here, {one.label} takes its place"
        elif one.version != was.version:
            yield f"{key}: {label} cannot be had here, the nearest is {one.label}"
        elif was.digest and now != was.digest:
            yield f"{key}: {label} is here, but with other content ({_pair(now, was.digest)})"
    for key in sorted(held.keys() - found.keys()):
        yield f"{key}: {held[key].product} was recorded, and is no longer asked for"


def _pair(now: str, then: str) -> str:
    return f"{short_digest(now) or 'no digest'}, recorded {short_digest(then)}"
