"""The flow of a prediction; read this first.

features -> what recorded searches teach -> a model's guess -> measured beside the baselines
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ck_core.context import Context
from ck_core.domain.names import new_uid
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.space import Space
from ck_core.errors import UsageError
from ck_core.pipeline import tuning_session
from ck_core.tuning.autotune import (
    AS_IT_IS,
    WINNER,
    baselines_in,
    gains_over,
    settled,
)
from ck_core.tuning.bench import opened_bench
from ck_core.tuning.finals import Finalist, measured_beside
from ck_core.tuning.journal import Journal
from ck_core.tuning.outcome import TuningOutcome
from ck_core.tuning.plan import space_of
from ck_core.tuning.prediction.experience import experience
from ck_core.tuning.prediction.guesses import Guess, Model
from ck_core.tuning.prediction.learned import LEARNED
from ck_core.tuning.prediction.nearest import nearest
from ck_core.tuning.program_features import program_features
from ck_core.tuning.workshop import Workshop

MODELS: Mapping[str, Model] = {"nearest": nearest, **LEARNED}
_TRIED = 3
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
    options = settled(options)
    _check_one_objective(options)
    session = tuning_session(options.run, context)
    space = space_of(session, options)
    known = experience(session, space, options.objectives[0].metric, context)
    features = program_features(session, options.run.build, context)
    guesses = MODELS[model](features, known, options.seed or 0)
    allowed = [one for one in guesses if space.allows(one.configuration)]
    title = f"predict-{model}"
    return _measured(options, space, _unique(allowed), context, title=title, programs=len(known))


def _check_one_objective(options: TuningOptions) -> None:
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
    """Guesses, tried one after the other."""

    options: TuningOptions
    workshop: Workshop
    journal: Journal
    context: Context
    notes: list[str] = field(default_factory=list)

    def first_sound(self, guesses: Sequence[Guess]) -> list[Finalist]:
        """The first guess that works, and the baselines beside it; raises UsageError."""
        for guess in guesses[:_TRIED]:
            finalists = self._beside(guess)
            if not finalists[0].failed:
                self.notes.append(f"{guess.basis}, expected to gain {guess.gain:.3g} times")
                return finalists
            self._check_baseline(finalists)
            self.notes.append(f"{guess.basis} fails here ({finalists[0].point.stage})")
        name = self.workshop.ready.program.name
        raise UsageError(
            f"no predicted configuration works: {'; '.join(self.notes) or 'none is allowed'}",
            hint=f"ckp autotune program:{name} searches for one",
        )

    def _beside(self, guess: Guess) -> list[Finalist]:
        contenders = {WINNER: guess.configuration, **baselines_in(self.workshop.space)}
        count = self.options.care.final_repetitions
        with self.context.reporter.step("measuring what was predicted"):
            return measured_beside(contenders, count, self.workshop, self.journal)

    def _check_baseline(self, finalists: Sequence[Finalist]) -> None:
        name = self.workshop.ready.program.name
        for one in finalists:
            if one.role == AS_IT_IS and one.failed:
                raise UsageError(
                    f"program:{name} fails as it is ({one.point.stage})",
                    hint=f"ckp run program:{name} shows why",
                )


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
        notes = (*bench.notes, *_notes(programs), *trial.notes)
        return _outcome(options, space, bench.journal, finalists, notes)


def _notes(programs: int) -> Iterator[str]:
    yield f"predicted from searches of {programs} other programs"


def _outcome(
    options: TuningOptions,
    space: Space,
    journal: Journal,
    finalists: Sequence[Finalist],
    notes: tuple[str, ...],
) -> TuningOutcome:
    winner, objective = finalists[0], options.objectives[0]
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
        gains=tuple(gains_over(finalists, winner, space, objective)),
        finalists=tuple(finalists),
        notes=notes,
    )
