"""Which parameters a search varies, of all that are offered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ck_core.context import Context
from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Parameter
from ck_core.domain.tuning.session import TuningSession
from ck_core.domain.tuning.space import Space
from ck_core.errors import UnresolvedError, UsageError
from ck_core.pipeline import tuning_session
from ck_core.tuning.fixed import is_fixed
from ck_core.tuning.own_parameters import OWN, own_parameters


def session_for(
    options: TuningOptions, context: Context, *, resolves: bool = True
) -> TuningSession:
    """What is offered: only the groups that are asked for, since looking for some takes long."""
    return tuning_session(options.run, context, _groups(options), resolves=resolves)


def _groups(options: TuningOptions) -> tuple[str, ...]:
    """All of them where a flag of the user's own may be one that a compiler tells of."""
    return () if any(name.startswith("-") for name in options.own) else options.groups


def space_of(session: TuningSession, options: TuningOptions) -> Space:
    """Of the chosen parameters; raises UsageError where there is none, and as they do."""
    chosen = chosen_parameters(session, options)
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


def offered_parameters(options: TuningOptions, context: Context) -> list[Parameter]:
    """What ``chosen_parameters`` chooses, with the values that are inexact; raises as that.

    Nothing is installed to find it: what a missing installation would offer is left out.
    """
    try:
        session = session_for(_without_installing(options), context)
    except UnresolvedError as error:
        context.reporter.note(f"{error}: what that would offer is not listed")
        session = session_for(options, context, resolves=False)
    return [*_chosen(session, options)]


def _without_installing(options: TuningOptions) -> TuningOptions:
    build = options.run.build
    build = replace(build, policy=replace(build.policy, installs=False))
    return replace(options, run=replace(options.run, build=build))


def chosen_parameters(session: TuningSession, options: TuningOptions) -> list[Parameter]:
    """What groups, the user's own parameters and what is fixed leave to vary.

    Raises:
        UsageError: there is no such group, or ``--param`` varies what is fixed, or by values that
            are all inexact.
    """
    chosen = _chosen(session, options)
    if options.allow_inexact:
        return [*chosen]
    return [exact for one in chosen if (exact := _exact(one))]


def _exact(one: Parameter) -> Parameter | None:
    """Raises UsageError: nothing is left of what the user named."""
    if one.exact is None and one.group == OWN:
        raise UsageError(
            f"--param {one.name}: all of its values may change results",
            hint="--allow-inexact tries them",
        )
    return one.exact


def _chosen(session: TuningSession, options: TuningOptions) -> Iterator[Parameter]:
    """Those of the groups, and the user's own, which are in any case."""
    own = {one.name: one for one in own_parameters(options.own, session.parameters)}
    for one in own.values():
        if is_fixed(one, options.run):
            raise UsageError(
                f"--param varies {one.name}, which --flags or --env fixes",
                hint="leave one of them out",
            )
    offered = {**session.parameters, **own}.values()
    grouped = [*_in_groups(offered, options.groups, session.offered)]
    yield from (one for one in grouped if not is_fixed(one, options.run))
    yield from (one for one in own.values() if one not in grouped)


def _in_groups(
    parameters: Iterable[Parameter], groups: Sequence[str], offered: Iterable[str]
) -> list[Parameter]:
    parameters = [*parameters]
    known = {one.group for one in parameters}
    unknown = [one for one in groups if one not in known]
    known |= {*offered} - {*unknown}
    if unknown:
        raise UsageError(
            f"there are no parameters of group '{unknown[0]}'",
            hint=f"--tune {','.join(sorted(known))}" if known else "leave --tune out",
        )
    return [one for one in parameters if not groups or one.group in groups]


def _conditions_last(parameters: Sequence[Parameter], names: set[str]) -> Iterator[Parameter]:
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
