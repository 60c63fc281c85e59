"""Everything that was measured of one variant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite, isnan, nan

from ck_core.analysis.coarseness import coarse
from ck_core.analysis.interleaving import Slot
from ck_core.analysis.metrics import metric_of
from ck_core.analysis.outliers import examine
from ck_core.analysis.stopping import Stop
from ck_core.domain.metric import Metric, is_time
from ck_core.domain.outcome import BuiltCommand, RunOutcome
from ck_core.domain.run import Repetition, RunRequest, RunResult
from ck_core.errors import CkpError
from ck_core.experiments.measuring.asked import Asked
from ck_core.experiments.measuring.variants import Variant
from ck_core.pipeline import run_outcome
from ck_core.stages.postprocess import measured_metrics

CORRECT = "correct"
_MEASURED = (
    "wall_s",
    "cpu_s",
    "user_s",
    "system_s",
    "peak_memory_bytes",
    "voluntary_switches",
    "involuntary_switches",
    "major_faults",
    "minor_faults",
    "frequency_hz",
)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One repetition and its metrics.

    Attributes:
        order: its number among all of the session.
    """

    slot: Slot
    order: int
    repetition: Repetition
    metrics: Mapping[str, Metric]
    notes: Mapping[str, str]

    def number(self, name: str) -> float | None:
        """What the launcher, the program, its post-processing or a monitor gave; else None."""
        metric = self.metrics.get(name)
        value = self.repetition.monitored.get(name) if metric is None else metric.value
        return None if value is None else float(value)

    @property
    def is_wrong(self) -> bool:
        return CORRECT in self.metrics and self.metrics[CORRECT].value is False


@dataclass
class Series:
    """Grows while a session lasts.

    Attributes:
        place: its number among the variants of its session, as they were asked for.
        metric: the time it is judged by.
        asked: what it is of; None before anybody looked.
        compiler: label of what was to build it, where that was known before.
        ready: None where it could not be built.
        request: None before it was made ready to run.
        error, stage: what it failed of, and where; stage is one of ``domain.point.STAGES``.
        stop: why no more was measured.
        precise: its median was known well enough at the last look, after ``looked`` repetitions.
        seemed: repetitions after which it was so, though later ones widened its interval; 0 where
            that did not happen.
        spent_s: what its repetitions took, with all around them.
        told: notes for people, beside those that its values give.
    """

    variant: Variant
    place: int = 0
    metric: str = "wall_s"
    asked: Asked | None = None
    compiler: str = ""
    ready: BuiltCommand | None = None
    request: RunRequest | None = None
    judged: list[Judged] = field(default_factory=list)
    error: CkpError | None = None
    stage: str = ""
    stop: Stop | None = None
    precise: bool = False
    looked: int = 0
    seemed: int = 0
    spent_s: float = 0.0
    told: list[str] = field(default_factory=list)

    def fail(self, error: CkpError, stage: str) -> None:
        self.error, self.stage = error, stage

    @property
    def repetitions(self) -> tuple[Repetition, ...]:
        return tuple(one.repetition for one in self.judged)

    @property
    def times(self) -> list[float]:
        """What it is judged by, of each repetition that has it."""
        found = (one.number(self.metric) for one in self.judged)
        return [one for one in found if one is not None and isfinite(one)]

    def measured_names(self) -> set[str]:
        """Of what repetitions have a value of."""
        names = {name for one in self.judged for name in (*one.metrics, *one.repetition.monitored)}
        return {name for name in names if any(one.number(name) is not None for one in self.judged)}

    @property
    def notes(self) -> tuple[str, ...]:
        """What is unusual about its values, what launchers and monitors said, and the rest."""
        said = (f"{name}: {text}" for one in self.judged for name, text in one.notes.items())
        own = (*self.told, *self._coarse(), *self._unusual())
        return tuple(dict.fromkeys((*own, *said, *self._silent())))

    def _coarse(self) -> Iterator[str]:
        if found := coarse(self.times):
            yield f"{self.metric}: {found}"

    def _silent(self) -> Iterator[str]:
        """Monitors that neither measured nor said why not."""
        for name in sorted(self.variant.options.monitors):
            heard = any(one.repetition.monitored or name in one.notes for one in self.judged)
            if self.judged and not heard:
                yield f"{name}: nothing was measured, and its plugin does not say why"

    def _unusual(self) -> tuple[str, ...]:
        """Nothing where the launcher cannot count what would tell causes."""
        counted = all(one.user_s is not None for one in self.repetitions)
        if not self.judged or not counted:
            return ()
        clocks = [one.frequency_hz for one in self.repetitions]
        return examine(self.repetitions, frequencies_hz=clocks).sentences

    @property
    def characteristics(self) -> dict[str, tuple[float, ...]]:
        """Raw values, one a repetition; NaN where one lacks what others have."""
        found = {name: self._raw(_of_repetition(name, self.judged)) for name in _MEASURED}
        for name in self._own_names():
            found[name] = self._raw(one.number(name) for one in self.judged)
        found["order"] = tuple(float(one.order) for one in self.judged)
        found["block"] = tuple(float(one.slot.block) for one in self.judged)
        return {name: raw for name, raw in found.items() if not all(map(isnan, raw))}

    @property
    def metrics(self) -> dict[str, Metric]:
        """Of all repetitions; what the program or a plugin gave is the median of its values."""
        if self.ready is None or self.request is None or not self.judged:
            return {}
        result = RunResult(repetitions=self.repetitions)
        own = {name: self._summary(name) for name in self._own_names()}
        correct = self._correct()
        measured = measured_metrics(self.request, result, self.ready.built.build)
        return {**own, **measured, **({CORRECT: correct} if correct else {})}

    def outcome(self) -> RunOutcome | None:
        """None where nothing was measured."""
        if self.ready is None or not self.judged:
            return None
        said = {name: text for one in self.judged for name, text in one.notes.items()}
        result = RunResult(repetitions=self.repetitions, notes=said)
        return run_outcome(self.ready, result, self.metrics)

    def _own_names(self) -> list[str]:
        known = {*_MEASURED, CORRECT, "size_bytes"}
        names = dict.fromkeys(
            name for one in self.judged for name in (*one.metrics, *one.repetition.monitored)
        )
        return [name for name in names if name not in known]

    def _summary(self, name: str) -> Metric:
        """The median of the repetitions.

        Where all have the same value, their spread says nothing: then an interval that each
        gives itself, as an accuracy has of its images, stays.
        """
        found = [one.metrics[name] for one in self.judged if name in one.metrics]
        summary = metric_of(
            name,
            (one.number(name) for one in self.judged),
            detail=next((one.detail for one in found if one.detail), ""),
            emulator=next((one.emulator for one in found), ""),
        )
        own = [(one.low, one.high) for one in found if one.low is not None and one.low != one.high]
        if is_time(name) or len(own) < len(self.judged) or len({one.value for one in found}) > 1:
            return summary
        return replace(summary, low=own[0][0], high=own[0][1])

    def _correct(self) -> Metric | None:
        """One doubt makes all wrong; one repetition that could not be checked, unchecked."""
        found = [one.metrics[CORRECT] for one in self.judged if CORRECT in one.metrics]
        for value in (False, None):
            if doubted := [one for one in found if one.value is value]:
                return doubted[0]
        return found[0] if found else None

    @staticmethod
    def _raw(values: Iterable[float | None]) -> tuple[float, ...]:
        return tuple(nan if one is None else float(one) for one in values)


def _of_repetition(name: str, judged: Iterable[Judged]) -> Iterator[float | None]:
    return (getattr(one.repetition, name) for one in judged)
