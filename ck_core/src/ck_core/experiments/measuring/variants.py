"""Variants: every combination of what was given several values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from ck_core.context import Context
from ck_core.domain.build import Level, chosen_level
from ck_core.domain.command import Command
from ck_core.domain.options import BenchmarkOptions, RunOptions, Variation
from ck_core.domain.program import parse_program
from ck_core.domain.target import Target
from ck_core.errors import UsageError
from ck_core.stages.dataset import fitting_datasets

ALL = "all"
MOST = 10_000


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One of them.

    Attributes:
        target: None is this machine.
        repetitions: its own number; None as many as the session says.
    """

    options: RunOptions
    target: Target | None
    repetitions: int | None = None


def variants_of(options: BenchmarkOptions, context: Context) -> list[Variant]:
    """In the order in which values were given, the last kind of value changing fastest.

    Raises:
        UsageError: there are more than anybody measures.
        ComponentNotFoundError: there is no such program or command.
    """
    varied = options.variation
    found = [
        Variant(options=one, target=target)
        for target in varied.targets or (context.target,)
        for run in _commands_and_datasets(options, context)
        for compiled in _compilations(run, options)
        for one in _environments(compiled, varied)
    ]
    if len(found) > MOST:
        raise UsageError(
            f"that makes {len(found)} variants, more than the {MOST} that one session takes",
            hint="give fewer values, or record several sessions into one experiment",
        )
    return found


def _commands_and_datasets(options: BenchmarkOptions, context: Context) -> Iterator[RunOptions]:
    program = parse_program(context.store.get(options.run.build.program))
    for key in options.variation.commands or (options.run.command_key,):
        command = program.command(key)
        for dataset in _datasets(options, command, context):
            yield replace(options.run, command_key=command.key, dataset=dataset)


def _datasets(options: BenchmarkOptions, command: Command, context: Context) -> Sequence[str]:
    """A command that reads none is measured without."""
    given = options.variation.datasets
    if ALL not in given:
        return given or (options.run.dataset,)
    return [one.full_cid for one in fitting_datasets(command, context)] or [""]


def _compilations(run: RunOptions, options: BenchmarkOptions) -> Iterator[RunOptions]:
    compilers = options.variation.compilers or (run.build.compiler,)
    for compiler, flags in product(compilers, options.variation.flags or (run.build.flags,)):
        level = _level(options, flags)
        build = replace(run.build, compiler=compiler, flags=flags, level=level)
        yield replace(run, build=build)


def _level(options: BenchmarkOptions, flags: tuple[str, ...]) -> Level:
    asked = options.level
    return asked or chosen_level(speed=False, size=False, flags=flags)


def _environments(run: RunOptions, varied: Variation) -> Iterator[RunOptions]:
    names = [*varied.environment]
    for values in product(*varied.environment.values()):
        own = dict(zip(names, values, strict=True))
        yield replace(run, environment={**run.environment, **own})
