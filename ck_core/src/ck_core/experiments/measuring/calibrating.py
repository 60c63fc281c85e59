"""How often a program shall repeat its kernel: CK's ``CT_REPEAT_MAIN``, once for all variants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ck_core.analysis.calibration import calibrate
from ck_core.domain.options import BenchmarkOptions
from ck_core.domain.outcome import BuiltCommand
from ck_core.domain.repeat_variable import REPEAT_VARIABLE
from ck_core.domain.run import RunSession
from ck_core.errors import CkpError, StorageError
from ck_core.experiments.measuring.lanes import Contexts, Lane
from ck_core.experiments.measuring.series import Series
from ck_core.stages.references import find_references


@dataclass(frozen=True, kw_only=True)
class Calibrated:
    """Attributes: repeat: empty where the program's own holds; note: for people."""

    repeat: str = ""
    note: str = ""


def calibrated(
    series: Sequence[Series], options: BenchmarkOptions, contexts: Contexts, session: RunSession
) -> Calibrated:
    """By the first that runs; others are compared with it, so theirs is the same.

    Raises:
        StorageError: a directory cannot be written.
    """
    first = next(iter(series), None)
    if first is None or first.ready is None or not own_repeat(first.ready):
        return Calibrated()
    if not options.calibrated or _is_fixed(series):
        return Calibrated()
    if reason := _forbidden(one.ready for one in series if one.ready):
        return Calibrated(note=f"{REPEAT_VARIABLE} stays as the program has it: {reason}")
    problems = []
    for number, one in enumerate(series):
        try:
            return _found(one, number, options.calibration_s, contexts, session)
        except StorageError:
            raise
        except CkpError as error:  # a crash; the next may be sound
            problems.append(error.message)
    return Calibrated(note=f"{REPEAT_VARIABLE} stays as the program has it: {problems[0]}")


def own_repeat(ready: BuiltCommand) -> str:
    """What the component itself says; empty where it knows no such variable."""
    own = {**ready.program.run_environment, **ready.command.environment}
    return own.get(REPEAT_VARIABLE, "")


def with_repeat(series: Series, repeat: str) -> None:
    """From now on its runs have that many."""
    options = series.variant.options
    environment = {**options.environment, REPEAT_VARIABLE: repeat}
    series.variant = replace(series.variant, options=replace(options, environment=environment))


def _is_fixed(series: Iterable[Series]) -> bool:
    return any(REPEAT_VARIABLE in one.variant.options.environment for one in series)


def _forbidden(all_ready: Iterable[BuiltCommand]) -> str:
    """Where another count would leave an output without its reference."""
    for ready in all_ready:
        command, environment = ready.command, ready.program.run_environment
        known = {**environment, **command.environment}
        invariant = command.repeat_invariant and REPEAT_VARIABLE not in command.reference_variables
        if not invariant and find_references(ready.program, command, ready.dataset, known):
            return (
                f"command '{command.key}' has a reference, and does not say "
                "'output_invariant_of_repeat'"
            )
    return ""


def _found(
    series: Series, number: int, target_s: float, contexts: Contexts, session: RunSession
) -> Calibrated:
    """Raises CkpError where it cannot be run."""
    assert series.ready is not None  # noqa: S101  # only what was built is run
    start = own_repeat(series.ready)
    with Lane.opened(series, contexts, session) as lane:
        found = calibrate(
            lambda count: lane.seconds({REPEAT_VARIABLE: str(count)}),
            target_s=target_s,
            start=int(start) if start.isascii() and start.isdigit() else 1,
        )
    if found.failure:
        return Calibrated(note=f"{REPEAT_VARIABLE} stays as the program has it: {found.failure}")
    of = f"variant {number + 1}, as those before it do not run," if number else "the first variant"
    return Calibrated(
        repeat=str(found.repeat),
        note=f"{REPEAT_VARIABLE}={found.repeat} for all, with which a run of {of} took "
        f"{found.seconds:.3g} s (calibrated for {target_s:g} s)",
    )
