"""Monitor ``energy``: joules and watts of each repetition, where the machine tells."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ck_core import hookimpl
from ck_core.domain.run import Repetition, RunRequest, RunResult

if TYPE_CHECKING:
    from ck_core.system.energy.meter import EnergyMeter

_NAME = "energy"


@hookimpl(wrapper=True)
def run(request: RunRequest) -> Generator[None, RunResult | None, RunResult | None]:
    """Adds ``energy_j``, ``power_w`` and their parts."""
    request.instruments.offers[_NAME] = _missing
    if _NAME not in request.monitors:
        return (yield)
    if request.launcher != "local":
        return _with_note((yield), _elsewhere(request))
    with _meter(request) as meter:
        meter.begin()
        request.instruments.read_files.update(meter.files)
        result = yield
        if result is None or not result.repetitions:
            return result
        repetitions = tuple(_with_energy(one, meter) for one in result.repetitions)
        return _with_note(replace(result, repetitions=repetitions), meter.note(repetitions))


def _missing() -> str:
    from ck_core.system.energy.meter import missing_here  # noqa: PLC0415  # only where asked

    return missing_here()


@contextmanager
def _meter(request: RunRequest) -> Iterator[EnergyMeter]:
    """The session's; without one, one for this claim."""
    from ck_core.system.energy.meter import EnergyMeter  # noqa: PLC0415  # only where asked

    if request.session:
        yield request.session.kept(_NAME, EnergyMeter)
        return
    meter = EnergyMeter()
    try:
        yield meter
    finally:
        meter.close()


def _with_energy(repetition: Repetition, meter: EnergyMeter) -> Repetition:
    found = meter.measured(repetition)
    return replace(repetition, monitored={**repetition.monitored, **found})


def _with_note(result: RunResult | None, note: str) -> RunResult | None:
    return replace(result, notes={**result.notes, _NAME: note}) if result else None


def _elsewhere(request: RunRequest) -> str:
    return f"no energy is measured: launcher '{request.launcher}' runs programs elsewhere"
