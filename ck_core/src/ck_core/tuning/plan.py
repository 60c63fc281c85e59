"""What a search has to work with: a space, a strategy, and where to begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ck_core.context import Context
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.session import TuningSession
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.strategy import Problem, Strategy
from ck_core.errors import UsageError
from ck_core.tuning.deadline import Deadline
from ck_core.tuning.earlier_winners import earlier_winners
from ck_core.tuning.guarded_strategy import guarded
from ck_core.tuning.program_features import readable_features
from ck_core.tuning.recorded_space import RecordedSpace, within
from ck_core.tuning.spaces import session_for, space_of


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a search is made of.

    Attributes:
        starts: configurations that every search begins with, the default first.
        features: static ones of the program; empty where they cannot be read.
        deadline: what the strategy may take.
    """

    space: Space
    strategy: Strategy
    starts: tuple[Configuration, ...]
    features: Mapping[str, float] = field(default_factory=dict)
    deadline: Deadline = field(default_factory=Deadline)


def planned(
    options: TuningOptions,
    context: Context,
    starts: Sequence[Configuration] | None = None,
    recorded: RecordedSpace | None = None,
) -> Plan:
    """What to search, and how.

    Args:
        starts: instead of those that plugins and earlier searches know.
        recorded: only what this search varied, whatever is offered now.

    Raises:
        UsageError: there is nothing to vary, or no such strategy or group; or what was recorded
            is no longer offered.
        PluginError: the strategy cannot be made.
    """
    session = session_for(options, context)
    space = space_of(session, options)
    if recorded:
        space = within(recorded, space, str(options.run.build.program))
    deadline = Deadline()
    strategy = _strategy(session, options, replace(space, check=deadline.check))
    features = readable_features(session, options.run.build, context)
    known = starts if starts is not None else _known_starts(session, options, features, context)
    return Plan(
        space=space,
        strategy=strategy,
        starts=tuple(_starts(known, space)),
        features=features,
        deadline=deadline,
    )


def _strategy(session: TuningSession, options: TuningOptions, space: Space) -> Strategy:
    name, known = options.strategy, session.strategies
    if name not in known:
        raise UsageError(
            f"there is no strategy '{name}'",
            hint=f"--strategy {', '.join(sorted(known))}",
        )
    problem = Problem(
        space=space,
        seed=options.seed or 0,
        objectives=len(options.objectives),
        evaluations=options.budget.evaluations,
    )
    title = f"strategy '{name}' of plugin {session.origins[name]}"
    return guarded(title, known[name], problem)


def _known_starts(
    session: TuningSession,
    options: TuningOptions,
    features: Mapping[str, float],
    context: Context,
) -> Sequence[Configuration]:
    if options.from_scratch:
        return session.starts
    earlier = earlier_winners(session, options.objectives[0], features, context)
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
