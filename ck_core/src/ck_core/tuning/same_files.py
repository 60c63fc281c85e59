"""A search goes on with the program, and the data, that it began with, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.digest import short_digest
from ck_core.domain.point import Point, RecordedComponent
from ck_core.errors import CkpError, UsageError
from ck_core.experiments.recording.digests import component_digest
from ck_core.tuning.recorded_trials import RecordedTrials


def check_same_files(trials: RecordedTrials, program: Cid, context: Context) -> None:
    """Trials of files that are no longer there are left out, to be measured again.

    Raises:
        UsageError: the program as it is was measured with other files: all would be.
    """
    files = _Files(program, context)
    for point, finding in [*zip(trials.points, trials.findings, strict=True)]:
        changed = next(files.changed(point), "")
        if changed and not finding.trial.configuration:
            raise UsageError(
                f"{changed}: two programs would be compared",
                hint=f"ckp autotune {program} begins a new search; "
                "with the files of then this one goes on",
            )
        if changed:
            trials.leave_out(point.uid, changed)


@dataclass
class _Files:
    program: Cid
    context: Context
    _digests: dict[Cid, str] = field(default_factory=dict)

    def changed(self, point: Point) -> Iterator[str]:
        """A sentence for the program, and one for the dataset, where it is another now."""
        yield from self._change(self.program, point.program)
        if point.dataset:
            name = point.dataset.uid or point.dataset.alias
            yield from self._change(Cid("dataset", name), point.dataset)

    def _change(self, cid: Cid, then: RecordedComponent) -> Iterator[str]:
        now = self._digest(cid)
        if then.digest and now and now != then.digest:
            short = f"{short_digest(then.digest)} then, {short_digest(now)} now"
            yield f"the files of {then.cid} have changed since this search began ({short})"

    def _digest(self, cid: Cid) -> str:
        """Empty where nobody can tell; what is gone the build tells of."""
        if cid not in self._digests:
            try:
                self._digests[cid] = component_digest(self.context.store.get(cid))
            except CkpError:
                self._digests[cid] = ""
        return self._digests[cid]
