"""Power supply and heat."""

from __future__ import annotations

from ck_core.system.machine.tree import Tree

_SUPPLIES = "sys/class/power_supply"
_CPUS = "sys/devices/system/cpu"


def is_on_battery(tree: Tree) -> bool | None:
    """Whether a battery of the machine itself, not of a mouse, gives its power; None without."""
    places = [f"{_SUPPLIES}/{name}" for name in tree.names(_SUPPLIES)]
    batteries = [
        place
        for place in places
        if tree.text(f"{place}/type") == "Battery" and tree.text(f"{place}/scope") != "Device"
    ]
    if not batteries:
        return None
    return any(tree.text(f"{place}/status") == "Discharging" for place in batteries)


def count_throttling(tree: Tree) -> int:
    """How often heat slowed a core or a package down since start-up, of that hit most."""
    counts = [
        tree.number(f"{_CPUS}/cpu{cpu}/thermal_throttle/{unit}_throttle_count") or 0
        for cpu in tree.numbered(_CPUS, "cpu")
        for unit in ("core", "package")
    ]
    return max(counts, default=0)
