"""All of a machine's energy readings together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from ck_core.domain.run import Repetition
from ck_core.system.energy.battery import find_battery
from ck_core.system.energy.nvidia import PowerSampler, missing_tool
from ck_core.system.energy.rapl import find_rapl

_SHORT_S = 0.1


def missing_here(root: Path = Path("/")) -> str:
    """Why nothing tells energy, as far as that is known before a run; empty where something may."""
    reasons = (find_rapl(root).missing, find_battery(root).missing, missing_tool())
    return "; ".join(reasons) if all(reasons) else ""


class EnergyMeter:
    """What this machine can tell, found once and read around each repetition.

    Energy includes what an idle machine takes, and whatever else runs on it.
    """

    def __init__(self, root: Path = Path("/")) -> None:
        self._rapl = find_rapl(root)
        self._battery = find_battery(root)
        self._accelerators = PowerSampler()

    @property
    def files(self) -> dict[str, Path]:
        """To be read around each repetition."""
        return {**self._rapl.files, **self._battery.files}

    def measured(self, repetition: Repetition) -> dict[str, float]:
        """``energy_j`` is of processors, memory and accelerators; else of the whole laptop."""
        wall_s = repetition.wall_s
        parts = dict(self._parts(repetition))
        watts = self._battery.watts(repetition.observed.before, repetition.observed.after)
        battery = {"battery_power_w": watts} if watts is not None else {}
        whole = watts * wall_s if watts is not None else None
        energy_j = sum(parts.values()) if parts else whole
        if energy_j is None:
            return {}
        power = {"power_w": energy_j / wall_s} if wall_s else {}
        return {"energy_j": energy_j, **power, **parts, **battery}

    def note(self, repetitions: Sequence[Repetition]) -> str:
        """What the energy is of, or why there is none."""
        told = dict.fromkeys(name for one in repetitions for name in self.measured(one))
        if "energy_j" not in told:
            return f"no energy is measured: {self._missing()}"
        parts = [self._title(name) for name in told if name.endswith("_energy_j")]
        sentence = f"energy is of {' and '.join(parts) or 'the whole machine (battery)'}"
        short = min(one.wall_s for one in repetitions) < _SHORT_S
        return f"{sentence}, idle power included" + (f"; {self._inexact()}" if short else "")

    def begin(self) -> None:
        """A claim begins: samples of earlier ones are not asked for any more."""
        self._accelerators.forget(time.time())

    def close(self) -> None:
        self._accelerators.close()

    def _parts(self, repetition: Repetition) -> Iterator[tuple[str, float]]:
        observed = repetition.observed
        joules = self._rapl.joules(observed.before, observed.after)
        if joules is not None:
            yield "cpu_energy_j", joules
        watts = self._accelerators.watts(repetition.began_at, repetition.wall_s)
        if watts is not None:
            yield "gpu_energy_j", watts * repetition.wall_s

    def _missing(self) -> str:
        reasons = (self._rapl.missing, self._battery.missing, self._accelerators.missing)
        return "; ".join(filter(None, reasons)) or "nothing could be read around the runs"

    def _title(self, name: str) -> str:
        zones = ", ".join(zone.name for zone in self._rapl.zones)
        titles = {"cpu_energy_j": f"{zones} (RAPL)", "gpu_energy_j": "accelerators (nvidia-smi)"}
        return titles[name]

    def _inexact(self) -> str:
        return "it is inexact for runs under 0.1 s, as the readings move in steps"
