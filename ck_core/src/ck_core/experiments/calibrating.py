"""How often a program shall repeat its kernel: CK's ``CT_REPEAT_MAIN``, once for all variants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ck_core.analysis.calibration import calibrate
from ck_core.domain.options import BenchmarkOptions
from ck_core.domain.outcome import BuiltCommand
from ck_core.domain.run import RunSession
from ck_core.errors import CkpError, StorageError
from ck_core.experiments.lanes import Contexts, Lane
from ck_core.experiments.series import Series
from ck_core.stages.references import find_references

VARIABLE = "CT_REPEAT_MAIN"


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
        StorageError: its directory cannot be written.
    """
    first = next(iter(series), None)
    if first is None or first.ready is None or not own_repeat(first.ready):
        return Calibrated()
    if not options.calibrated or _is_fixed(series):
        return Calibrated()
    if reason := _forbidden(one.ready for one in series if one.ready):
        return Calibrated(note=f"{VARIABLE} stays as the program has it: {reason}")
    try:
        lane = Lane.opened(first, contexts, session)
        return _found(lane, own_repeat(first.ready), options.calibration_s)
    except StorageError:
        raise
    except CkpError as error:
        return Calibrated(note=f"{VARIABLE} stays as the program has it: {error.message}")


def own_repeat(ready: BuiltCommand) -> str:
    """What the component itself says; empty where it knows no such variable."""
    own = {**ready.program.run_environment, **ready.command.environment}
    return own.get(VARIABLE, "")


def with_repeat(series: Series, repeat: str) -> None:
    """From now on its runs have that many."""
    options = series.variant.options
    environment = {**options.environment, VARIABLE: repeat}
    series.variant = replace(series.variant, options=replace(options, environment=environment))


def _is_fixed(series: Iterable[Series]) -> bool:
    return any(VARIABLE in one.variant.options.environment for one in series)


def _forbidden(all_ready: Iterable[BuiltCommand]) -> str:
    """Where another count would leave an output without its reference."""
    for ready in all_ready:
        command, environment = ready.command, ready.program.run_environment
        known = {**environment, **command.environment}
        invariant = command.repeat_invariant and VARIABLE not in command.reference_variables
        if not invariant and find_references(ready.program, command, ready.dataset, known):
            return (
                f"command '{command.key}' has a reference, and does not say "
                "'output_invariant_of_repeat'"
            )
    return ""


def _found(lane: Lane, start: str, target_s: float) -> Calibrated:
    try:
        found = calibrate(
            lambda count: lane.seconds({VARIABLE: str(count)}),
            target_s=target_s,
            start=int(start) if start.isascii() and start.isdigit() else 1,
        )
    except CkpError as error:
        lane.close(error)
        raise
    except BaseException:
        lane.close()
        raise
    lane.close()
    if found.failure:
        return Calibrated(note=f"{VARIABLE} stays as the program has it: {found.failure}")
    return Calibrated(
        repeat=str(found.repeat),
        note=f"{VARIABLE}={found.repeat} for all, with which a run of the first variant took "
        f"{found.seconds:.3g} s (calibrated for {target_s:g} s)",
    )
