"""Of two parameters that say the same one is varied, whichever plugin came first."""

from __future__ import annotations

from dataclasses import replace

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.session import TuningSession


def settle_superseded(session: TuningSession) -> None:
    """Takes them out of the session; conditions, constraints and starts speak of the others."""
    names = {old: new for old, new in session.superseded.items() if new in session.parameters}
    if not names:
        return
    kept = [one for name, one in session.parameters.items() if name not in names]
    session.parameters = {one.name: _renamed(one, names) for one in kept}
    session.constraints = [one.renamed(names) for one in session.constraints]
    session.starts = [_start(one, names, session) for one in session.starts]


def _renamed(parameter: Parameter, names: dict[str, str]) -> Parameter:
    condition = parameter.condition
    return replace(parameter, condition=condition.renamed(names)) if condition else parameter


def _start(start: Configuration, names: dict[str, str], session: TuningSession) -> Configuration:
    """Without a value that the other parameter does not have."""
    renamed = {names.get(name, name): value for name, value in start.items()}
    return {
        name: value
        for name, value in renamed.items()
        if name not in names.values() or value in session.parameters[name].values
    }
