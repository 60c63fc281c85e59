"""A configuration that candidates run in turn with: kept built, and ready to run."""

from __future__ import annotations

from dataclasses import replace

from ck_core.experiments.measuring.lanes import Lane
from ck_core.tuning.candidates import Candidate
from ck_core.tuning.memory import Finding
from ck_core.tuning.workshop import Workshop


class Opponent:
    """The best so far, or the program as it is."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._candidate: Candidate | None = None
        self._lane: Lane | None = None

    def becomes(self, candidate: Candidate) -> None:
        """Takes over its build."""
        self.close()
        self._candidate = candidate

    def lane(self, finding: Finding) -> Lane | None:
        """None where it cannot be run; built again where an earlier run of ckp found it."""
        configuration = finding.trial.configuration
        if self._candidate is None or self._candidate.configuration != configuration:
            self.becomes(*self._workshop.built([configuration]))
        if self._lane is None and self._candidate is not None:
            series = replace(self._candidate.series, judged=[], told=[])
            self._lane = next(iter(self._workshop.lanes([series])), None)
        return self._lane

    def close(self) -> None:
        if self._lane is not None:
            self._lane.close()
        if self._candidate is not None:
            self._workshop.discard(self._candidate)
        self._lane = self._candidate = None
