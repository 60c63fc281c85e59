"""What a search has to work with: a space, a strategy, and where to begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ck_core.analysis.filter_parsing import parse_filter
from ck_core.analysis.filters import Expression as Condition
from ck_core.context import Context
from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.objective import checked_objectives
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.session import TuningSession
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.strategy import Problem, Strategy
from ck_core.errors import UsageError
from ck_core.pipeline import tuning_session
from ck_core.tuning.earlier_winners import earlier_winners
from ck_core.tuning.own_parameters import own_parameters
from ck_core.tuning.program_features import readable_features


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a search is made of.

    Attributes:
        starts: configurations that every search begins with, the default first.
        features: static ones of the program; empty where they cannot be read.
    """

    space: Space
    strategy: Strategy
    starts: tuple[Configuration, ...]
    constraints: tuple[Condition, ...]
    features: Mapping[str, float] = field(default_factory=dict)


def planned(
    options: TuningOptions, context: Context, starts: Sequence[Configuration] | None = None
) -> Plan:
    """What to search, and how.

       Args:
           starts: instead of those that plugins and earlier searches know.

       Raises:
    UsageError: there is nothing to vary, or no such strategy, group or objective.
    """
    session = tuning_session(options.run, context, _needed(options))
    space = space_of(session, options)
    problem = Problem(
        space=space,
        seed=options.seed or 0,
        objectives=len(checked_objectives(options.objectives)),
        evaluations=options.budget.evaluations,
    )
    features = readable_features(session, options.run.build, context)
    known = starts if starts is not None else _known_starts(session, options, features, context)
    return Plan(
        space=space,
        strategy=_strategy(session, options.strategy, problem),
        starts=tuple(_starts(known, space)),
        constraints=tuple(parse_filter(one) for one in options.constraints),
        features=features,
    )


def _needed(options: TuningOptions) -> tuple[str, ...]:
    """All groups where a flag of the user's own may be one that a compiler tells of."""
    return () if any(name.startswith("-") for name in options.own) else options.groups


def space_of(session: TuningSession, options: TuningOptions) -> Space:
    """Raises UsageError: nothing is left to vary."""
    own = {one.name: one for one in own_parameters(options.own, session.parameters)}
    offered = {**session.parameters, **own}.values()
    chosen = [*_in_groups(offered, options.groups, session.offered)]
    chosen += [one for one in own.values() if one not in chosen]
    if not options.allow_inexact:
        chosen = [exact for one in chosen if (exact := one.exact)]
    if not chosen:
        raise UsageError(
            f"nothing may be varied in program:{session.program.name}",
            hint="--param NAME=A,B names something; ckp plugins shows what is installed",
        )
    names = {one.name for one in chosen}
    return Space(
        tuple(_conditions_last(chosen, names)),
        tuple(one for one in session.constraints if one.names <= names),
    )


def _in_groups(
    parameters: Iterable[Parameter], groups: Sequence[str], offered: Iterable[str]
) -> Iterable[Parameter]:
    parameters = [*parameters]
    known = {one.group for one in parameters}
    unknown = [one for one in groups if one not in known]
    known |= {*offered}
    if unknown:
        raise UsageError(
            f"there are no parameters of group '{unknown[0]}'",
            hint=f"--tune {','.join(sorted(known))}" if known else "leave --tune out",
        )
    return [one for one in parameters if not groups or one.group in groups]


def _conditions_last(parameters: Sequence[Parameter], names: set[str]) -> Iterable[Parameter]:
    """Each behind those that its condition names; one whose condition names others is free."""
    placed: set[str] = set()
    waiting = [*parameters]
    while waiting:
        ready = [one for one in waiting if not _needs(one.condition, names) - placed]
        if not ready:
            circle = ", ".join(one.name for one in waiting)
            raise UsageError(f"the conditions of {circle} go in a circle")
        yield from ready
        placed |= {one.name for one in ready}
        waiting = [one for one in waiting if one not in ready]


def _needs(condition: Expression | None, names: set[str]) -> set[str]:
    return set(condition.names) & names if condition else set()


def _strategy(session: TuningSession, name: str, problem: Problem) -> Strategy:
    if name not in session.strategies:
        raise UsageError(
            f"there is no strategy '{name}'",
            hint=f"--strategy {', '.join(sorted(session.strategies))}",
        )
    return session.strategies[name](problem)


def _known_starts(
    session: TuningSession,
    options: TuningOptions,
    features: Mapping[str, float],
    context: Context,
) -> Sequence[Configuration]:
    if options.from_scratch:
        return session.starts
    earlier = earlier_winners(session, options.objectives[0].metric, features, context)
    return [*session.starts, *earlier]


def _starts(known: Sequence[Configuration], space: Space) -> Iterable[Configuration]:
    """Without what this space does not have."""
    found: list[Configuration] = [{}]
    for start in known:
        one = known_part(start, space)
        if space.allows(one) and one not in found:
            found.append(one)
    return found


def known_part(configuration: Configuration, space: Space) -> Configuration:
    """Normalized, without the parameters and values that this space does not have."""
    kept = {
        name: value
        for name, value in configuration.items()
        if name in space.by_name and value in space.by_name[name].values
    }
    return space.normalized(kept)
