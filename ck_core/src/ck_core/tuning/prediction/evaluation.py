"""What predictions are worth here: each program's from the searches of all others, measured.

recorded searches -> programs -> every model's guess -> measured in random blocks
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ck_core.analysis.comparison import Comparison, Scale
from ck_core.analysis.tuning_ending import AS_IT_IS, ending_of, values_told
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.names import new_uid
from ck_core.domain.query import Query
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.space import key_of
from ck_core.errors import CkpError, ComponentNotFoundError, StorageError, UsageError
from ck_core.store.experiments.reading import read_points
from ck_core.tuning.autotune import settled
from ck_core.tuning.bench import Bench, opened_bench
from ck_core.tuning.earlier_winners import Recorded, fitting_results
from ck_core.tuning.finals import Finalist, compared, measured_beside
from ck_core.tuning.prediction.guesses import Guess
from ck_core.tuning.prediction.predicting import TRIED, learned_for

EXPERIMENT = "evaluate-predictions"
"""Where runs are recorded if nothing else is said."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Of one model, or of the program's own search.

    Attributes:
        is_default: the program as it is, which gains nothing.
        gain: over the program as it is; None of that, and where nothing works.
        error: why there is no gain.
    """

    gain: Comparison | None = None
    is_default: bool = False
    error: str = ""

    @property
    def ratio(self) -> float | None:
        """1 of the program as it is; None where it is not known, or is no ratio."""
        effect = self.gain.effect if self.gain else None
        if effect and effect.scale is Scale.RATIO:
            return effect.estimate
        return 1.0 if self.is_default else None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One program. Attributes: answers: by model. error: why there are none."""

    program: str
    search: Answer = field(default_factory=Answer)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    error: str = ""


def recorded_programs(
    objective: Objective, product: str, wanted: Cid | None, context: Context
) -> list[tuple[Cid, Recorded]]:
    """Programs with searches that can be learned from, each with the one that gained most.

    Args:
        product: of the compiler; empty is any.
        wanted: a pattern; None is all.

    Raises:
        UsageError: there is none.
    """
    best: dict[str, Recorded] = {}
    for one in fitting_results(objective, {product} if product else None, context):
        known = best.get(one.result.program)
        if one.result.features and (known is None or one.result.gain > known.result.gain):
            best[one.result.program] = one
    found = sorted(_present(best, wanted, context), key=lambda one: one[0].name)
    if not found:
        raise UsageError(
            f"no searches for {objective.metric} are recorded that predictions could learn from",
            hint="ckp autotune program:NAME --compiler=gcc records one",
        )
    return found


def _present(
    best: Mapping[str, Recorded], wanted: Cid | None, context: Context
) -> Iterator[tuple[Cid, Recorded]]:
    """Those that are still there."""
    matching = context.store.search(Query(cid=wanted or Cid("program")))
    uids = {one.uid for one in matching}
    for uid, recorded in best.items():
        with suppress(ComponentNotFoundError):
            program = context.store.get(Cid("program", uid))
            if program.uid in uids:
                yield Cid("program", program.alias, program.repository), recorded


def evaluated(
    programs: Sequence[tuple[Cid, Recorded]],
    options_of: Callable[[Cid], TuningOptions],
    models: Sequence[str],
    context: Context,
) -> Iterator[Row]:
    """Row by row; a program of which nothing can be predicted stops no other.

    Raises:
        StorageError: a disk is full.
    """
    for cid, recorded in programs:
        try:
            row = Row(
                program=cid.name,
                search=_searched(recorded, context),
                answers=_answers(settled(options_of(cid), context), models, context),
            )
        except StorageError:
            raise
        except CkpError as error:
            row = Row(program=cid.name, error=error.message)
        yield row


def _searched(recorded: Recorded, context: Context) -> Answer:
    """By the last runs of its search."""
    told = read_points(recorded.experiment.path, lambda one: context.reporter.warn(str(one)))
    ending = ending_of([one for one in told if values_told(one).get("uid") == recorded.uid])
    if not recorded.result.configuration:
        return Answer(is_default=True)
    standings = {one.role: one for one in ending.standings} if ending else {}
    beside = standings.get(AS_IT_IS)
    if beside is None or beside.gain is None:
        return Answer(error="its last runs are not recorded")
    return Answer(gain=beside.gain.comparison)


def _answers(
    options: TuningOptions, models: Sequence[str], context: Context
) -> Mapping[str, Answer]:
    known = learned_for(options, context)
    guesses = {one: known.guesses(one, options.seed or 0)[:TRIED] for one in models}
    found: dict[str, Answer] = {}
    with opened_bench(options, known.space, context, uid=new_uid(), title=EXPERIMENT) as bench:
        for at in range(TRIED):
            left = {one: given[at] for one, given in guesses.items() if len(given) > at}
            open_ones = {one: guess for one, guess in left.items() if one not in found}
            found.update(_measured(open_ones, options, bench, context))
    return {one: found.get(one, Answer(error="no guess works")) for one in models}


def _measured(
    guesses: Mapping[str, Guess], options: TuningOptions, bench: Bench, context: Context
) -> Iterator[tuple[str, Answer]]:
    """Of models whose guess works; equal ones are measured once, all beside each other."""
    roles: dict[str, str] = {}
    for model, guess in guesses.items():
        if guess.is_default:
            yield model, Answer(is_default=True)
        else:
            roles[model] = _role(guess)
    by_role = _beside({roles[one]: guesses[one] for one in roles}, options, bench, context)
    for model, role in roles.items():
        if by_role[role].holds and not by_role[AS_IT_IS].failed:
            gain = compared(by_role[role], by_role[AS_IT_IS], options.objectives[0])
            yield model, Answer(gain=gain.comparison)


def _beside(
    guesses: Mapping[str, Guess], options: TuningOptions, bench: Bench, context: Context
) -> dict[str, Finalist]:
    """By role; nothing where there is no guess to set beside the program as it is."""
    if not guesses:
        return {}
    contenders = {role: one.configuration for role, one in guesses.items()}
    count = options.care.final_repetitions
    with context.reporter.step(f"measuring what was predicted for {bench.workshop.program}"):
        finalists = measured_beside(
            {AS_IT_IS: {}, **contenders}, count, bench.workshop, bench.journal
        )
    return {one.role: one for one in finalists}


def _role(guess: Guess) -> str:
    return f"predicted {key_of(guess.configuration)}"
