"""A variant that is ready to be run, in its own directory, as often as a session wants."""

from __future__ import annotations

import shutil
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from ck_core.analysis.interleaving import Slot
from ck_core.context import Context, SilentReporter
from ck_core.domain.outcome import BuildOutcome
from ck_core.domain.run import RunRequest, RunSession
from ck_core.domain.target import Target
from ck_core.errors import CkpError
from ck_core.experiments.measuring.series import Judged, Series
from ck_core.pipeline import judge
from ck_core.stages.run import PreparedRun, prepared_run, run


class Contexts:
    """One for each target; and one that says nothing, for what is done a thousand times."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[tuple[Target | None, bool], Context] = {(context.target, False): context}

    @property
    def target(self) -> Target | None:
        """The one that is meant where nobody names another."""
        return self._context.target

    def of(self, target: Target | None, *, silent: bool = False) -> Context:
        if (target, silent) not in self._known:
            reporter = SilentReporter() if silent else self._context.reporter
            self._known[target, silent] = Context(reporter, target)
        return self._known[target, silent]


@dataclass(frozen=True)
class Lane:
    """Between ``opened`` and ``close``."""

    series: Series
    prepared: PreparedRun
    session: RunSession
    kept: frozenset[Path]
    speaking: Context
    silent: Context
    stack: ExitStack

    @classmethod
    def opened(
        cls,
        series: Series,
        contexts: Contexts,
        session: RunSession,
        *,
        keeps_failed: bool = True,
    ) -> Lane:
        """With what the component does before its runs.

        Args:
            session: one launcher serves all repetitions of all lanes.
            keeps_failed: its files, where it fails; a search names none of them.

        Raises:
            CkpError: it cannot be run.
        """
        ready, variant = series.ready, series.variant
        assert ready is not None  # noqa: S101  # only what was built is run
        speaking = contexts.of(variant.target)
        with ExitStack() as stack:
            prepared = stack.enter_context(
                prepared_run(
                    ready.built,
                    ready.command,
                    ready.dataset,
                    variant.options,
                    speaking,
                    keeps_failed=keeps_failed,
                )
            )
            series.request = prepared.request
            return cls(
                series=series,
                prepared=prepared,
                session=session,
                kept=frozenset(prepared.request.directory.iterdir()),
                speaking=speaking,
                silent=contexts.of(variant.target, silent=True),
                stack=stack.pop_all(),
            )

    def __enter__(self) -> Lane:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        """Whatever has happened, nothing of it stays."""
        self.close()

    def close(self, error: CkpError | None = None) -> None:
        """Its files stay only where the error names them."""
        self.stack.__exit__(type(error) if error else None, error, None)

    def warm_up(self) -> None:
        """Raises CkpError."""
        if count := self.series.variant.options.warmups:
            run(self._request(count), self._built, self.silent)
            self._clear()

    def seconds(self, environment: dict[str, str]) -> float:
        """What one run takes with these variables; raises CkpError."""
        request = self._request(1)
        request = replace(request, environment={**request.environment, **environment})
        result = run(request, self._built, self.silent)
        self._clear()
        return result.repetitions[0].wall_s

    def measure(self, slot: Slot, order: int) -> Judged:
        """One repetition, with its output compared; raises CkpError."""
        began = time.perf_counter()
        try:
            judged = self._judged(slot, order)
        finally:
            self.series.spent_s += time.perf_counter() - began
        self.series.judged.append(judged)
        self._clear()
        return judged

    def measured_beside(self, slot: Slot, order: int) -> Judged:
        """As ``measure``, while others of this lane are measured: the caller adds it to the series.

        Only what this repetition has left is removed.
        """
        judged = self._judged(slot, order)
        shutil.rmtree(judged.repetition.directory, ignore_errors=True)
        return judged

    def _judged(self, slot: Slot, order: int) -> Judged:
        ready = self.series.ready
        assert ready is not None  # noqa: S101  # as above
        context = self.silent if self.series.judged else self.speaking
        prepared = replace(self.prepared, request=self._request(1))
        found = run(prepared.request, ready.built, self.silent)
        options = self.series.variant.options
        result, metrics = judge(found, prepared, ready, options, context)
        return Judged(
            slot=slot,
            order=order,
            repetition=result.repetitions[0],
            metrics=metrics,
            notes=result.notes,
        )

    def _request(self, repetitions: int) -> RunRequest:
        """Each keeps its outputs until they have been judged; nothing is shared with another."""
        request = replace(self.prepared.request, keeps_all=True)
        return request.for_claim(repetitions=repetitions, warmups=0, session=self.session)

    @property
    def _built(self) -> BuildOutcome:
        return self.prepared.scene.built

    def _clear(self) -> None:
        """What repetitions have left: what is told of them has been read."""
        left = frozenset(self.prepared.request.directory.iterdir()) - self.kept
        for place in left:
            shutil.rmtree(place, ignore_errors=True)
            with suppress(OSError):
                place.unlink()
