"""Power drawn from a laptop's battery, by the kernel's power supply interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from ck_core.system.machine.tree import Tree, number

_SUPPLIES = "sys/class/power_supply"
_NAMES = ("power_now", "current_now", "voltage_now")


@dataclass(frozen=True, kw_only=True)
class Battery:
    """One that the machine runs on now; where there is none, ``missing`` says why.

    Its gauge moves about once a second: a short run gets the power of the second around it.
    """

    directory: Path | None = None
    missing: str = ""

    @property
    def files(self) -> dict[str, Path]:
        """To be read around each repetition."""
        directory = self.directory
        return {f"battery.{name}": directory / name for name in _NAMES} if directory else {}

    def watts(self, before: Mapping[str, str], after: Mapping[str, str]) -> float | None:
        """The mean of two readings; None where the battery tells nothing."""
        known = [one for one in map(_watts, (before, after)) if one is not None]
        return mean(known) if known else None


def find_battery(root: Path = Path("/")) -> Battery:
    """The first that discharges; what a mouse or a headset runs on is none of the machine's."""
    tree = Tree(root)
    places = [f"{_SUPPLIES}/{name}" for name in tree.names(_SUPPLIES)]
    found = [one for one in places if _is_of_machine(tree, one)]
    if not found:
        return Battery(missing="there is no battery")
    running = [one for one in found if tree.line(f"{one}/status") == "Discharging"]
    if not running:
        return Battery(missing="the machine does not run on its battery; unplug it")
    return Battery(directory=root / running[0])


def _is_of_machine(tree: Tree, place: str) -> bool:
    is_battery = tree.line(f"{place}/type") == "Battery"
    return is_battery and tree.line(f"{place}/scope") in {"", "System"}


def _watts(texts: Mapping[str, str]) -> float | None:
    """Microwatts, or microamperes and microvolts; some drivers sign what flows out."""
    power, current, voltage = (
        number(texts.get(f"battery.{name}", "").strip().lstrip("-")) for name in _NAMES
    )
    if power:
        return power / 1e6
    return current * voltage / 1e12 if current and voltage else None
