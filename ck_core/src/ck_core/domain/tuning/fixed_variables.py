"""Variables that the user has given a value are not varied; conditions on them still hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ck_core.domain.tuning.expression import BadExpressionError, Expression
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.domain.tuning.session import TuningSession
from ck_core.errors import UsageError


def fix_variables(session: TuningSession, environment: Mapping[str, str]) -> None:
    """Takes them out of the session, and puts their values into its conditions.

    Raises:
        UsageError: a constraint cannot be fulfilled with them.
    """
    fixed = {
        name: environment[name]
        for name, one in session.parameters.items()
        if one.place is Place.VARIABLE and name in environment
    }
    if not fixed:
        return
    left = [one for name, one in session.parameters.items() if name not in fixed]
    kept = [found for one in left if (found := _conditioned(one, fixed))]
    session.parameters = {one.name: one for one in kept}
    session.constraints = [one for old in session.constraints for one in _kept(old, fixed)]


def _conditioned(parameter: Parameter, fixed: Mapping[str, str]) -> Parameter | None:
    """None where it has no effect with these values."""
    condition = parameter.condition
    if condition is None or condition.names.isdisjoint(fixed):
        return parameter
    if condition.names <= fixed.keys():
        return replace(parameter, condition=None) if _holds(condition, fixed) else None
    return replace(parameter, condition=condition.given(fixed))


def _kept(constraint: Expression, fixed: Mapping[str, str]) -> list[Expression]:
    if not constraint.names <= fixed.keys():
        return [constraint.given(fixed)]
    if _holds(constraint, fixed):
        return []
    said = ", ".join(f"{name}={fixed[name]}" for name in sorted(constraint.names))
    raise UsageError(
        f"the program's constraint '{constraint.text}' does not hold for {said}",
        hint="give another value, or leave it to the search",
    )


def _holds(one: Expression, values: Mapping[str, str]) -> bool:
    try:
        return one.holds(values)
    except BadExpressionError:
        return False
