"""Where candidates are built side by side and measured one at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

from ck_core.analysis.interleaving import Slot
from ck_core.context import Context
from ck_core.domain.options import RunOptions
from ck_core.domain.outcome import BuiltCommand
from ck_core.domain.run import RunSession
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import Space
from ck_core.errors import CkpError, StorageError
from ck_core.experiments.measuring.asked import Asked
from ck_core.experiments.measuring.lanes import Contexts, Lane
from ck_core.experiments.measuring.series import Series
from ck_core.experiments.measuring.sessions import checked, stage_of
from ck_core.experiments.measuring.variants import Variant
from ck_core.pipeline import build_command, built_with
from ck_core.stages.private_builds import PrivateBuilds
from ck_core.system.host import available_cores
from ck_core.tuning.application import applied
from ck_core.tuning.candidates import Candidate
from ck_core.tuning.constraints import Constraint, read_constraints
from ck_core.tuning.costs import are_exact, count_file
from ck_core.tuning.identity import identity_of
from ck_core.tuning.race import Race

_SLOWER = 10.0
"""So many times the first build's or run's time is enough for any other."""
_SHORTEST_S = 5.0


@dataclass
class Workshop:
    """One for a search.

    Attributes:
        ready: the program as it is, built without any change; in the cache that all share.
        builds: of everything else.
    """

    options: TuningOptions
    space: Space
    contexts: Contexts
    launcher: RunSession
    ready: BuiltCommand
    run_options: RunOptions
    builds: PrivateBuilds

    @classmethod
    def opened(
        cls, options: TuningOptions, space: Space, context: Context, launcher: RunSession
    ) -> Workshop:
        """Builds the program once, with what is missing installed; raises CkpError."""
        run = applied(options.run, space, {})
        ready = build_command(run, context)
        limit_s = max(_SHORTEST_S, _SLOWER * ready.built.build.build_s)
        build = replace(options.run.build, timeout_s=limit_s)
        return cls(
            options=options,
            space=space,
            contexts=Contexts(context),
            launcher=launcher,
            ready=ready,
            run_options=replace(options.run, build=build, warmups=0),
            builds=PrivateBuilds(context.builds_directory),
        )

    @cached_property
    def constraints(self) -> tuple[Constraint, ...]:
        """What every configuration must fulfil."""
        return read_constraints(self.options.constraints)

    @cached_property
    def is_exact(self) -> bool:
        """Whether repetitions would tell nothing."""
        return are_exact(self.options.objectives, self.constraints)

    @cached_property
    def _counts_file(self) -> bool:
        return count_file(self.options.objectives, self.constraints)

    @property
    def program(self) -> str:
        """Its name."""
        return self.ready.program.name

    def limit_runs(self, first: Sequence[float]) -> None:
        """By the seconds that runs of the program as it is took."""
        most = max(_SHORTEST_S, _SLOWER * max(first, default=self.run_options.timeout_s))
        most = min(self.run_options.timeout_s, most)
        self.run_options = replace(self.run_options, timeout_s=most)

    @property
    def at_once(self) -> int:
        """Programs that are built side by side."""
        return self.options.care.builds or available_cores()

    def discard(self, candidate: Candidate) -> None:
        """Hundreds of binaries are nobody's: a contender is built again."""
        if candidate.series.ready:
            self.builds.release(candidate.series.ready.built.build)

    def built(self, configurations: Sequence[Configuration]) -> list[Candidate]:
        """In their order; one that does not build is a failed candidate."""
        found = [Candidate(configuration=one, series=self._series(one)) for one in configurations]
        with ThreadPoolExecutor(max_workers=self.at_once) as pool:
            for _ in pool.map(self._build, found):
                pass
        for one in found:
            if one.series.ready:
                self.builds.hold(one.series.ready.built.build)
        return found

    def _series(self, configuration: Configuration) -> Series:
        options = applied(self.run_options, self.space, configuration)
        ready, compiler = self.ready, self.ready.built.compiler
        return Series(
            variant=Variant(options=options, target=self.contexts.target),
            asked=Asked(program=ready.program, command=ready.command, dataset=ready.dataset),
            compiler=compiler.label if compiler else "",
        )

    def _build(self, candidate: Candidate) -> None:
        variant, began = candidate.series.variant, time.perf_counter()
        context = self.contexts.of(variant.target, silent=True)
        try:
            ready = built_with(self.ready, variant.options, context, self.builds.directory)
        except StorageError:
            raise
        except CkpError as error:  # of a training run as well
            candidate.series.fail(error, "build")
        else:
            candidate.series.ready = ready
            candidate.identity = identity_of(ready, variant.options, of_file=self._counts_file)
        candidate.build_s = time.perf_counter() - began

    def measure(
        self, candidate: Candidate, best: Lane | None, as_it_is: Lane | None
    ) -> Race | None:
        """Repetitions until there are enough, or it is hopeless.

        Args:
            best: of what was measured so far, to run in turn with the candidate; and the program
                as it is. Without both of them it runs alone.

        Returns:
            What both took; None where the candidate cannot be run.

        Raises:
            StorageError: a disk is full.
        """
        for lane in self.lanes([candidate.series]):
            race = Race(lane, self._metric, self._repetitions, self.constraints)
            lane.close(self._raced(race, best, as_it_is))
            return race
        return None

    def measure_beside(self, candidate: Candidate) -> None:
        """All repetitions at once, each where the launcher finds room; raises StorageError."""
        for lane in self.lanes([candidate.series]):
            lane.close(self._beside(lane))

    def lanes(self, series: Sequence[Series]) -> list[Lane]:
        """Of those that can be run; the others are failed. Raises StorageError."""
        return [lane for one in series if not one.error and (lane := self._lane(one))]

    def _lane(self, series: Series) -> Lane | None:
        try:
            return Lane.opened(series, self.contexts, self.launcher, keeps_failed=False)
        except StorageError:
            raise
        except CkpError as error:
            series.fail(error, stage_of(error))
            return None

    @staticmethod
    def _raced(race: Race, best: Lane | None, as_it_is: Lane | None) -> CkpError | None:
        try:
            if best and as_it_is:
                race.run(best, as_it_is)
            else:
                race.run_alone()
        except StorageError:
            raise
        except CkpError as error:
            race.candidate.series.fail(error, stage_of(error))
            return error
        return None

    def _beside(self, lane: Lane) -> CkpError | None:
        count = self._repetitions
        slots = [Slot(block=order, variant=0) for order in range(count)]
        try:
            with ThreadPoolExecutor(max_workers=count) as pool:
                judged = [*pool.map(lane.measured_beside, slots, range(count))]
            for one in judged:
                lane.series.judged.append(one)
                checked(lane, one)
        except StorageError:
            raise
        except CkpError as error:
            lane.series.fail(error, stage_of(error))
            return error
        return None

    @property
    def _metric(self) -> str:
        return self.options.objectives[0].metric

    @property
    def _repetitions(self) -> int:
        return 1 if self.is_exact else self.options.care.repetitions

    @property
    def races(self) -> bool:
        """Whether candidates run in turn with the best so far: one at a time, for a time."""
        objective, *others = self.options.objectives
        is_alone = self.options.care.jobs == 1 and not others
        return is_alone and objective.is_time and not objective.maximize
