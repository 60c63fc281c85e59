"""What recorded searches of other programs teach, program by program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf, log

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.session import TuningSession
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.strategy import Trial
from ck_core.errors import CkpError, UsageError
from ck_core.tuning.earlier_winners import Recorded, fitting_results, products_of
from ck_core.tuning.plan import known_part
from ck_core.tuning.prediction.similarity import Features
from ck_core.tuning.resuming import trials_of

FEWEST = 3
_FAILED = 0.5
"""A configuration that failed counts as one that makes a program half as fast."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Attributes: log_gain: natural logarithm of the gain over the program as it is."""

    configuration: Configuration
    log_gain: float


@dataclass(frozen=True, kw_only=True)
class Experience:
    """One program's.

    Attributes:
        program: its name.
        winner: the configuration that gained most; the default where nothing did.
        gain: of the winner, at the least; 1 for the default.
        outcomes: of all that its searches tried, winners among them.
    """

    program: str
    features: Features
    winner: Configuration
    gain: float
    outcomes: tuple[Outcome, ...]


def experience(
    session: TuningSession, space: Space, objective: Objective, context: Context
) -> list[Experience]:
    """Of other programs, in the terms of this space.

    Raises:
        UsageError: searches of fewer than three of them are recorded.
    """
    by_program: dict[str, list[Recorded]] = {}
    for one in fitting_results(objective, products_of(session), context):
        if one.result.features and one.result.program != session.program.component.uid:
            by_program.setdefault(one.result.program, []).append(one)
    if len(by_program) < FEWEST:
        raise _too_few(len(by_program), session)
    return [_of_program(uid, found, space, context) for uid, found in by_program.items()]


def _of_program(uid: str, recorded: list[Recorded], space: Space, context: Context) -> Experience:
    best = max(recorded, key=lambda one: one.result.gain).result
    gained = 1 < best.gain < inf
    return Experience(
        program=_name(uid, context),
        features=recorded[0].result.features,
        winner=known_part(best.configuration, space) if gained else {},
        gain=best.gain if gained else 1.0,
        outcomes=tuple(outcome for one in recorded for outcome in _outcomes(one, space, context)),
    )


def _outcomes(one: Recorded, space: Space, context: Context) -> Iterator[Outcome]:
    trials = trials_of(one.experiment, one.uid, context)
    base = next((trial.cost for trial in trials if not trial.configuration), 0.0)
    for trial in trials:
        gain = _gain(trial, base)
        if 0 < gain < inf:
            configuration = known_part(trial.configuration, space)
            yield Outcome(configuration=configuration, log_gain=log(gain))
    if 0 < one.result.gain < inf:
        winner = known_part(one.result.configuration, space)
        yield Outcome(configuration=winner, log_gain=log(one.result.gain))


def _gain(trial: Trial, base: float) -> float:
    """Costs of what shall be large are negative; 0 where it cannot be told."""
    if trial.failure:
        return _FAILED
    if trial.cost * base <= 0:
        return 0.0
    return base / trial.cost if base > 0 else trial.cost / base


def _name(uid: str, context: Context) -> str:
    try:
        return context.store.get(Cid("program", uid)).alias
    except CkpError:
        return uid


def _too_few(count: int, session: TuningSession) -> UsageError:
    compiler = session.program.compiler_of(session.resolved)
    product = compiler.product if compiler else "the same compiler"
    return UsageError(
        f"a prediction needs recorded searches of at least {FEWEST} other programs with "
        f"{product}; there {'is' if count == 1 else 'are'} {count}",
        hint=f"ckp autotune program:OTHER --compiler={product} records one; "
        "ckp ls program lists programs",
    )


def known_winners(experiences: list[Experience]) -> Mapping[str, Configuration]:
    """Configurations that made some program better, by the program that gained most by it."""
    found: dict[str, Configuration] = {}
    for one in sorted(experiences, key=lambda one: -one.gain):
        if one.winner and one.winner not in found.values():
            found[one.program] = one.winner
    return found
