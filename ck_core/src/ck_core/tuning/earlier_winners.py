"""What earlier searches found, as a place to begin."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.query import Query
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.session import TuningSession
from ck_core.domain.tuning.space import key_of
from ck_core.store.experiments.experiments import KIND
from ck_core.tuning.prediction.similarity import Features, distances
from ck_core.tuning.settings import Result, read_results

_MOST = 4


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """Attributes: uid: of the search."""

    experiment: Component
    uid: str
    result: Result


def earlier_winners(
    session: TuningSession, objective: Objective, features: Features, context: Context
) -> list[Configuration]:
    """Configurations that made this program, or others with its compiler, better.

    Those of the same program first, then those of the most similar ones; of programs whose
    features are not known, those that gained most.
    """
    program = session.program.component.uid
    found = fitting_results(objective, products_of(session), context)
    fitting = [one.result for one in found if one.result.gain > 1]
    apart = distances(features, [one.features for one in fitting])
    ordered = sorted(
        zip(apart, fitting, strict=True),
        key=lambda one: (one[1].program != program, one[0], -one[1].gain),
    )
    unique = {key_of(one.configuration): one.configuration for _, one in ordered}
    return [*unique.values()][:_MOST]


def products_of(session: TuningSession) -> set[str]:
    """Of its compilers."""
    return {one.product for one in session.compilers}


def fitting_results(
    objective: Objective, products: Container[str] | None, context: Context
) -> Iterator[Recorded]:
    """Of searches for the same; else as ``recorded_results``."""
    found = recorded_results(products, context)
    yield from (one for one in found if one.result.is_for(objective))


def recorded_results(products: Container[str] | None, context: Context) -> Iterator[Recorded]:
    """Of all searches with a compiler of one of these products; None is any."""
    for experiment in context.store.search(Query(cid=Cid(KIND))):
        for uid, result in read_results(experiment.path):
            if products is None or result.compiler.partition("@")[0] in products:
                yield Recorded(experiment=experiment, uid=uid, result=result)
