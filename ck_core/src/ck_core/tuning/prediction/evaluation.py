"""What predictions are worth here: each program's from the searches of all others, measured.

recorded searches -> programs -> every model's guess -> measured in random blocks
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ck_core.analysis.comparison import Comparison, Scale
from ck_core.analysis.tuning_ending import AS_IT_IS, ending_of, values_told
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.names import new_uid
from ck_core.domain.program import parse_program
from ck_core.domain.query import Query
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.space import key_of
from ck_core.errors import CkpError, StorageError, UsageError
from ck_core.store.experiments.reading import read_points
from ck_core.tuning.asked import asked
from ck_core.tuning.autotune import check_common, settled
from ck_core.tuning.bench import Bench, opened_bench
from ck_core.tuning.earlier_winners import Recorded, recorded_results
from ck_core.tuning.finalist import Finalist
from ck_core.tuning.finals import compared, measured_beside
from ck_core.tuning.prediction.guesses import Guess
from ck_core.tuning.prediction.predicting import TRIED, check_one_objective, learned_for
from ck_core.tuning.settings import read_settings

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


def evaluated(
    common: TuningOptions,
    own: Mapping[str, object],
    wanted: Cid | None,
    models: Sequence[str],
    context: Context,
) -> Iterator[Row]:
    """Row by row; a program of which nothing can be predicted stops no other.

    Args:
        common: what is asked of all of them; without an objective each has its own.
        own: values for the programs' own options.
        wanted: a pattern; None is all whose searches are recorded.

    Raises:
        UsageError: there are several objectives, or no such searches.
        StorageError: a disk is full.
    """
    check_one_objective(common)
    check_common(common, context)
    for cid, recorded in _programs(common, wanted, context):
        try:
            options = settled(asked(_of(cid, common), own, context), context)
            row = Row(
                program=cid.name,
                search=_searched(recorded, context),
                answers=_answers(options, models, context),
            )
        except StorageError:
            raise
        except CkpError as error:
            row = Row(program=cid.name, error=error.message)
        yield row


def _of(program: Cid, common: TuningOptions) -> TuningOptions:
    build = replace(common.run.build, program=program)
    return replace(common, run=replace(common.run, build=build))


def _programs(
    common: TuningOptions, wanted: Cid | None, context: Context
) -> list[tuple[Cid, Recorded]]:
    """Those with searches that can be learned from, each with the one that gained most."""
    fitting = [*_fitting(common, context)]
    _warn_of_answers(fitting, context)
    best = {one.uid: (one, found) for one, found in sorted(fitting, key=_gain)}
    meant = {one.uid for one in context.store.search(Query(cid=wanted or Cid("program")))}
    found = [
        (Cid("program", program.alias, program.repository), recorded)
        for uid, (program, recorded) in best.items()
        if uid in meant
    ]
    if not found:
        what = f"for {common.objectives[0].metric} " if common.objectives else ""
        raise UsageError(
            f"no searches {what}are recorded that predictions could learn from",
            hint="ckp autotune program:NAME --compiler=gcc records one",
        )
    return sorted(found, key=lambda one: one[0].name)


def _gain(found: tuple[Component, Recorded]) -> float:
    return found[1].result.gain


def _fitting(common: TuningOptions, context: Context) -> Iterator[tuple[Component, Recorded]]:
    """Of programs that are still there, by what ``--predict`` would be for."""
    product = common.run.build.compiler.partition("@")[0]
    programs = {one.uid: one for one in reversed(context.store.search(Query(cid=Cid("program"))))}
    for one in recorded_results({product} if product else None, context):
        program = programs.get(one.result.program)
        if program and one.result.features and one.result.is_for(_objective(common, program)):
            yield program, one


def _objective(common: TuningOptions, program: Component) -> Objective:
    """Of a broken program any: its row says what is wrong."""
    if common.objectives:
        return common.objectives[0]
    with suppress(CkpError):
        return Objective(metric=parse_program(program).metric)
    return Objective()


def _warn_of_answers(fitting: Sequence[tuple[Component, Recorded]], context: Context) -> None:
    """A model must not be told by others what it is asked for."""
    begun = sum(not _is_from_scratch(one) for _, one in fitting)
    if begun:
        context.reporter.warn(
            f"{begun} of {len(fitting)} recorded searches may have begun with what won for the "
            "program that is left out, which flatters predictions: record them with --from-scratch"
        )


def _is_from_scratch(recorded: Recorded) -> bool:
    """Or nobody knows."""
    with suppress(CkpError):
        return read_settings(recorded.experiment.path, recorded.uid).options.from_scratch
    return True


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
