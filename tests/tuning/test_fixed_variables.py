"""Variables that somebody has given a value, where the rest is searched."""

from __future__ import annotations

from typing import cast

import pytest

from ck_core.domain.program import Program
from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.fixed_variables import fix_variables
from ck_core.domain.tuning.parameter import Parameter, Place
from ck_core.domain.tuning.session import TuningSession
from ck_core.errors import UsageError


def session(*constraints: str, condition: str = "") -> TuningSession:
    found = TuningSession(program=cast("Program", None))
    found.add_parameters(
        number("BATCH"),
        number("LANES", condition=condition),
        number("TILE", Place.MACRO),
    )
    for text in constraints:
        found.add_constraint(Expression.parsed(text))
    return found


def number(name: str, place: Place = Place.VARIABLE, condition: str = "") -> Parameter:
    return Parameter(
        name=name,
        values=("1", "2", "4"),
        default="1",
        group="choices",
        place=place,
        condition=Expression.parsed(condition) if condition else None,
    )


def test_they_are_not_varied_but_constraints_on_them_hold() -> None:
    it = session("BATCH * LANES <= 8", "LANES <= 4", "BATCH in (1, 4)")
    fix_variables(it, {"BATCH": "4", "OTHER": "x"})
    assert [*it.parameters] == ["LANES", "TILE"]
    first, second = it.constraints
    assert (*first.names, second.text) == ("LANES", "LANES <= 4")
    assert first.holds({"LANES": "2"})
    assert not first.holds({"LANES": "4"})


def test_a_macro_of_that_name_is_another_thing() -> None:
    it = session()
    fix_variables(it, {"TILE": "2"})
    assert [*it.parameters] == ["BATCH", "LANES", "TILE"]


@pytest.mark.parametrize(("batch", "left"), [("4", ["LANES", "TILE"]), ("1", ["TILE"])])
def test_what_has_no_effect_with_them_is_not_varied_either(batch: str, left: list[str]) -> None:
    it = session(condition="BATCH > 2")
    fix_variables(it, {"BATCH": batch})
    assert [*it.parameters] == left
    assert all(one.condition is None for one in it.parameters.values())


def test_a_condition_on_others_as_well_keeps_those() -> None:
    it = session(condition="BATCH > 2 and TILE > 1")
    fix_variables(it, {"BATCH": "4"})
    condition = it.parameters["LANES"].condition
    assert condition is not None
    assert condition.names == {"TILE"}
    assert condition.holds({"TILE": "2"})


def test_what_contradicts_the_program_is_refused() -> None:
    with pytest.raises(UsageError, match=r"BATCH <= 2.* does not hold for BATCH=4"):
        fix_variables(session("BATCH <= 2"), {"BATCH": "4"})
