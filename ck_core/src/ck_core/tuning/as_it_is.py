"""Whether the program works as it is, and gives what is asked for."""

from __future__ import annotations

from ck_core.errors import UsageError
from ck_core.tuning.costs import Measured, check_measured
from ck_core.tuning.workshop import Workshop


def check_as_it_is(one: Measured, failed: str, workshop: Workshop) -> None:
    """Nothing can be said of a program that does not work as it is.

    Args:
        one: what was measured of it.
        failed: the stage in which it failed; empty where it did not.

    Raises:
        UsageError: it failed, or lacks a metric of an objective or a constraint.
    """
    program = workshop.program
    if failed:
        raise UsageError(
            f"program:{program} fails as it is ({failed})",
            hint=f"ckp run program:{program} shows why",
        )
    check_measured(program, one, workshop.options.objectives, workshop.constraints)
