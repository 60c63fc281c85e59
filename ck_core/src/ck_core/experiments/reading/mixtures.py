"""Whether an experiment's points are of one and the same work."""

from __future__ import annotations

from ck_core.experiments.reading.experiment import OK, Experiment

_WORK = ("program", "command", "dataset", "emulated_by")


def mixtures(experiment: Experiment) -> dict[str, tuple[str, ...]]:
    """Of what differs among points that did not fail: its values, by the name filters know."""
    names = set(experiment.names())
    known = [one for one in _WORK if one in names]
    rows = experiment.narrowed(OK).select(known)
    columns = {name: {row[at] for row in rows} for at, name in enumerate(known, start=1)}
    return {
        name: tuple(sorted("" if one is None else str(one) for one in values))
        for name, values in columns.items()
        if len(values) > 1
    }
