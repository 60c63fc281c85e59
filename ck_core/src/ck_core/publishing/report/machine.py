"""Where points were measured, in words: features of the machine with their units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ck_core.domain.point import Scalar
from ck_core.domain.units import rounded
from ck_core.publishing.report.facts import Fact, value_fact
from ck_core.publishing.report.material import Material
from ck_core.publishing.texts import plain
from ck_core.publishing.units import quantity

_LABELS = {
    "cpu": "CPU",
    "usable_threads": "usable threads",
    "fingerprint": "fingerprint of the machine",
    "libc": "C library",
    "cpu_quota": "CPU quota, in cores",
    "governor": "frequency governor",
    "driver": "frequency driver",
    "smt": "threads share cores (SMT)",
    "load": "load, mean of a minute",
    "stolen": "time stolen by the hypervisor",
    "memory_transparent_huge_pages": "transparent huge pages",
    "noise": "what disturbs timings",
}
_HOST = "host."
_SHARES = ("stolen",)
_MOMENTS = ("load", "stolen")
"""Another number at each moment: of several the range is said."""
_CPU_AS_ACCELERATOR = re.compile(r"(?:^|, )(?:llvmpipe|pthread|swiftshader|cpu)\b", re.IGNORECASE)


def environment(material: Material) -> list[Fact]:
    """Features of the machine: where all points agree, the one value, else all with counts."""
    points = material.points
    names = dict.fromkeys(name for point in points for name in point.features)
    return [_fact(name, [point.features.get(name, "") for point in points]) for name in names]


def _fact(name: str, values: Sequence[Scalar]) -> Fact:
    feature = name.removeprefix(_HOST)
    label = f"{_HOST.rstrip('.')}: {_label(feature)}" if name != feature else _label(feature)
    numbers = [one for one in values if isinstance(one, (int, float)) and one is not True]
    if feature in _MOMENTS and len(set(numbers)) > 1:
        ends = [str(_shown(feature, one)) for one in (min(numbers), max(numbers))]
        return Fact(name=label, value=" to ".join(ends))
    found = value_fact(label, (_shown(feature, one) for one in values))
    if feature == "accelerators" and _CPU_AS_ACCELERATOR.search(found.value):
        return replace(found, small="llvmpipe, SwiftShader and PoCL's devices are the CPU itself")
    return found


def _label(feature: str) -> str:
    return _LABELS.get(feature) or plain(quantity(feature, []).words)


def _shown(feature: str, value: Scalar) -> Scalar:
    """``memory_bytes`` as ``33.55 GB``; what has no unit stays as it is, but for its digits."""
    if isinstance(value, (bool, str)):
        return value
    if feature in _SHARES:
        return f"{rounded(value * 100, 2)} %"
    unit = quantity(feature, [value])
    if unit.has_suffix:
        return unit.format(value)
    return value if isinstance(value, int) else rounded(value, 3)
