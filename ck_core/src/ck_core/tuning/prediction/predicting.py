"""The flow of a prediction; read this first.

features -> what recorded searches teach -> a model's guess -> measured beside the baselines
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ck_core.analysis.tuning_ending import AS_IT_IS, WINNER
from ck_core.context import Context
from ck_core.domain.names import new_uid
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.space import Space
from ck_core.errors import CkpError, UnfulfilledError, UsageError
from ck_core.pipeline import tuning_session
from ck_core.tuning.as_it_is import check_as_it_is
from ck_core.tuning.autotune import settled
from ck_core.tuning.baselines import baselines_of, gains_over
from ck_core.tuning.bench import opened_bench
from ck_core.tuning.finalist import Finalist
from ck_core.tuning.finals import measured_beside
from ck_core.tuning.journal import Journal
from ck_core.tuning.outcome import TuningOutcome
from ck_core.tuning.prediction.experience import Experience, experience
from ck_core.tuning.prediction.guesses import Guess, Model
from ck_core.tuning.prediction.learned import LEARNED
from ck_core.tuning.prediction.nearest import nearest
from ck_core.tuning.prediction.similarity import Features
from ck_core.tuning.program_features import program_features
from ck_core.tuning.spaces import space_of
from ck_core.tuning.workshop import Workshop

MODELS: Mapping[str, Model] = {"nearest": nearest, **LEARNED}
TRIED = 3
"""Guesses that may fail before it is given up."""


def predicted(options: TuningOptions, model: str, context: Context) -> TuningOutcome:
    """What suits the program by what other programs' searches found, measured.

    Args:
        model: one of MODELS.

    Raises:
        UsageError: too few searches are recorded, the program has no features, there are several
            objectives, the model's library is missing, or every guess fails.
        CkpError: the program does not work as it is.
    """
    options = settled(options, context)
    check_one_objective(options)
    known = learned_for(options, context)
    guesses = known.guesses(model, options.seed or 0)
    title, programs = f"predict-{model}", len(known.experiences)
    return _measured(options, known.space, guesses, context, title=title, programs=programs)


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What is known of a program before anything of it is measured.

    Attributes:
        experiences: of other programs.
    """

    space: Space
    features: Features
    experiences: list[Experience]

    def guesses(self, model: str, seed: int) -> list[Guess]:
        """Those that are allowed, each once, the best first; raises UsageError."""
        found = MODELS[model](self.features, self.experiences, seed)
        return _unique([one for one in found if self.space.allows(one.configuration)])


def learned_for(options: TuningOptions, context: Context) -> Learned:
    """What searches of others teach for this program; what is recorded of itself it never sees.

    Raises:
        UsageError: too few are recorded, or the program has no features.
    """
    session = tuning_session(options.run, context)
    space = space_of(session, options)
    return Learned(
        space=space,
        experiences=experience(session, space, options.objectives[0], context),
        features=program_features(session, options.run.build, context),
    )


def check_one_objective(options: TuningOptions) -> None:
    """Raises UsageError."""
    if len(options.objectives) > 1:
        raise UsageError(
            "a prediction is for one objective, as its searches were", hint="--objective wall_s"
        )


def _unique(guesses: Sequence[Guess]) -> list[Guess]:
    """The best of equal ones."""
    found: list[Guess] = []
    for one in guesses:
        if all(one.configuration != other.configuration for other in found):
            found.append(one)
    return found


@dataclass
class _Trial:
    """Guesses, tried one after the other.

    Attributes:
        notes: for people, of each guess.
    """

    options: TuningOptions
    workshop: Workshop
    journal: Journal
    context: Context
    notes: list[str] = field(default_factory=list)

    def first_sound(self, guesses: Sequence[Guess]) -> list[Finalist]:
        """The first guess that works, and the baselines beside it.

        The baselines alone where that is the program as it is, which is no winner over itself.

        Raises:
            UnfulfilledError: some work, and break a constraint.
            UsageError: none works, or the program does not as it is.
        """
        breaks: list[str] = []
        for guess in guesses[:TRIED]:
            finalists = self._beside(guess)
            if guess.is_default:
                self.notes.append(guess.basis)
                return finalists
            if finalists[0].holds:
                self.notes.append(f"{guess.basis}, expected to be {guess.gain:.3g} times as good")
                return finalists
            breaks += finalists[0].breaks
            self.notes.append(f"{guess.basis} {_problem(finalists[0])}")
        raise self._none_works(is_constraint=bool(breaks))

    def _none_works(self, *, is_constraint: bool) -> CkpError:
        kind = UnfulfilledError if is_constraint else UsageError
        return kind(
            f"no predicted configuration works: {'; '.join(self.notes) or 'none is allowed'}",
            hint=f"ckp autotune program:{self.workshop.program} searches for one",
        )

    def _beside(self, guess: Guess) -> list[Finalist]:
        """Raises UsageError: the program does not work as it is."""
        predicted = {} if guess.is_default else {WINNER: guess.configuration}
        contenders = {**predicted, **baselines_of(self.workshop)}
        count = self.options.care.final_repetitions
        with self.context.reporter.step("measuring what was predicted"):
            found = measured_beside(contenders, count, self.workshop, self.journal)
        as_it_is = next(one.point for one in found if one.role == AS_IT_IS)
        check_as_it_is(as_it_is, as_it_is.stage, self.workshop)
        return found


def _problem(one: Finalist) -> str:
    return f"fails here ({one.point.stage})" if one.failed else f"breaks {', '.join(one.breaks)}"


def _measured(
    options: TuningOptions,
    space: Space,
    guesses: Sequence[Guess],
    context: Context,
    *,
    title: str,
    programs: int,
) -> TuningOutcome:
    with opened_bench(options, space, context, uid=new_uid(), title=title) as bench:
        trial = _Trial(options, bench.workshop, bench.journal, context)
        finalists = trial.first_sound(guesses)
        said = f"predicted from searches of {programs} other programs"
        notes = (*bench.notes, said, *trial.notes)
        return _outcome(options, space, bench.journal, finalists, notes)


def _outcome(
    options: TuningOptions,
    space: Space,
    journal: Journal,
    finalists: Sequence[Finalist],
    notes: tuple[str, ...],
) -> TuningOutcome:
    winner = next((one for one in finalists if one.role == WINNER), None)
    return TuningOutcome(
        experiment=journal.recorder.open(),
        uid=journal.uid,
        strategy=journal.strategy,
        seed=options.seed or 0,
        space=space,
        objectives=options.objectives,
        findings=(),
        failures={},
        spent_s=0.0,
        winner=winner,
        gains=tuple(gains_over(finalists, winner, options.objectives[0])) if winner else (),
        finalists=tuple(finalists),
        notes=notes,
    )
