"""Variants: every combination of what was given several values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from ck_core.context import Context
from ck_core.domain.build import Level, chosen_level
from ck_core.domain.command import Command
from ck_core.domain.options import BenchmarkOptions, RunOptions, Variation
from ck_core.domain.program import Program, parse_program
from ck_core.domain.program_options.applying import (
    check_concerned,
    found_options,
    set_twice,
    tagged,
    wishing,
    with_program_options,
)
from ck_core.domain.program_options.option import ProgramOption
from ck_core.domain.program_options.reading import DATASET, needs_key
from ck_core.domain.program_options.reserved import plain
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
        UsageError: there are more than anybody measures, or an option of the program's own is
            of no use to any of its commands.
        ComponentNotFoundError: there is no such program or command.
    """
    program = parse_program(context.store.get(options.run.build.program))
    varied = options.variation
    found = [
        Variant(options=one, target=target)
        for target in varied.targets or (context.target,)
        for run in _commands(program, options)
        for chosen in _own_options(run, program, varied)
        for data in _datasets(chosen, program, varied, context)
        for wishing in _wishes(data, varied)
        for compiled in _compilations(wishing, options)
        for launched in _launcher_options(compiled, varied)
        for one in _environments(launched, varied)
    ]
    if len(found) > MOST:
        raise UsageError(
            f"that makes {len(found)} variants, more than the {MOST} that one session takes",
            hint="give fewer values, or record several sessions into one experiment",
        )
    return found


def _commands(program: Program, options: BenchmarkOptions) -> list[RunOptions]:
    """One for each command, or value of the option that chooses commands."""
    varied = options.variation
    given = found_options(program, varied.options)
    chooser = next((one for one in given if one.chooses), None)
    runs = [
        replace(options.run, command_key=program.command(key).key)
        for key in varied.commands or ([] if chooser else [options.run.command_key])
    ]
    if chooser and not runs:
        values = _texts(varied.options, chooser)
        runs = [with_program_options(options.run, program, {chooser.name: v}) for v in values]
    elif chooser:
        raise UsageError(
            f"--{chooser.name} and --cmd-key exclude each other", hint="give one of them"
        )
    commands = [program.command(one.command_key) for one in runs]
    for option in given:
        check_concerned(option, commands)
        if option.sets in varied.environment:
            raise set_twice(option)
    return runs


def _own_options(run: RunOptions, program: Program, varied: Variation) -> Iterator[RunOptions]:
    """Every combination of those that concern the command."""
    given = found_options(program, varied.options)
    own = [one for one in given if run.command_key in one.commands and not one.chooses]
    for values in product(*(_texts(varied.options, one) for one in own)):
        chosen = {one.name: value for one, value in zip(own, values, strict=True)}
        yield with_program_options(run, program, chosen)


def _texts(given: Mapping[str, tuple[str, ...]], option: ProgramOption) -> list[str]:
    """Its values, each once, as they are handed on."""
    values = next(values for name, values in given.items() if plain(name) == plain(option.name))
    return [*dict.fromkeys(map(option.text, values))]


def _datasets(
    run: RunOptions, program: Program, varied: Variation, context: Context
) -> Iterator[RunOptions]:
    """A command that reads none is measured without."""
    command = program.command(run.command_key)
    needed = needs_key(program, command, DATASET)
    if ALL in varied.datasets and needed:
        raise UsageError(
            f"program:{program.name} needs an installation as its dataset: all of them cannot "
            "be meant",
            hint="--dataset NAME,NAME names them; ckp show env lists what is here",
        )
    for name in _dataset_names(run, command, varied, context):
        yield with_program_options(replace(run, dataset=name), program, {})


def _dataset_names(
    run: RunOptions, command: Command, varied: Variation, context: Context
) -> Sequence[str]:
    if ALL not in varied.datasets:
        return varied.datasets or (run.dataset,)
    return [one.full_cid for one in fitting_datasets(command, context)] or [""]


def _wishes(run: RunOptions, varied: Variation) -> Iterator[RunOptions]:
    """Every combination of what dependencies may be met by, and of their tags."""
    wished, tags_of = varied.wishes, varied.wished_tags
    for wishes in product(*wished.values()):
        for tags in product(*tags_of.values()):
            found = run
            for key, wish in zip(wished, wishes, strict=True):
                found = wishing(found, key, wish)
            for key, some in zip(tags_of, tags, strict=True):
                found = tagged(found, key, some)
            yield found


def _compilations(run: RunOptions, options: BenchmarkOptions) -> Iterator[RunOptions]:
    compilers = options.variation.compilers or (run.build.compiler,)
    for compiler, flags in product(compilers, options.variation.flags or (run.build.flags,)):
        level = _level(options, flags)
        build = replace(run.build, compiler=compiler, flags=flags, level=level)
        yield replace(run, build=build)


def _level(options: BenchmarkOptions, flags: tuple[str, ...]) -> Level:
    asked = options.level
    return asked or chosen_level(speed=False, size=False, flags=flags)


def _launcher_options(run: RunOptions, varied: Variation) -> Iterator[RunOptions]:
    for own in _combinations(varied.launcher_options):
        yield replace(run, launcher_options={**run.launcher_options, **own})


def _environments(run: RunOptions, varied: Variation) -> Iterator[RunOptions]:
    for own in _combinations(varied.environment):
        yield replace(run, environment={**run.environment, **own})


def _combinations(given: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    """One value of each name, the last one changing fastest."""
    for values in product(*given.values()):
        yield dict(zip(given, values, strict=True))
