"""Points on their way to the disk: what cannot be written at once is tried again at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ck_core.context import Reporter
from ck_core.domain.point import Point
from ck_core.domain.trouble import Trouble
from ck_core.errors import CkpError
from ck_core.experiments.recording.recording import Recorder
from ck_core.store.experiments.reading import read_points


@dataclass
class Keeper:
    """Attributes: recorder: None keeps nothing."""

    recorder: Recorder | None
    reporter: Reporter
    _kept: set[str] = field(default_factory=set)
    _has_warned: bool = False

    def keep(self, point: Point) -> None:
        """A disk that is full now may have room at the end; the session goes on."""
        if self.recorder is None:
            return
        try:
            self.recorder.keep(point)
            self._kept.add(point.uid)
        except CkpError as error:
            self._warn(error)

    def close(self, points: Iterable[Point]) -> CkpError | None:
        """Tries those that are not kept yet; why the first of them cannot be.

        Args:
            points: all, whether ``keep`` was called with them or an interruption came before.
        """
        problems: list[CkpError] = []
        for point in points:
            try:
                self._keep_once(point)
            except CkpError as error:
                problems.append(error)
        return problems[0] if problems else None

    def _keep_once(self, point: Point) -> None:
        """Ctrl-C may have come right after it was written."""
        if self.recorder is None or point.uid in self._kept:
            return
        experiment = self.recorder.experiment
        found = read_points(experiment.path, _no_matter) if experiment else ()
        if all(one.uid != point.uid for one in found):
            self.recorder.keep(point)

    def _warn(self, error: CkpError) -> None:
        if not self._has_warned:
            self.reporter.warn(f"not recorded yet, tried again at the end: {error.message}")
        self._has_warned = True


def _no_matter(_trouble: Trouble) -> None:
    """Other points may be broken."""
