"""The environments of two points as facts, so that they can be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ck_core.analysis.environment_diff import Fact, Kind
from ck_core.domain.digest import short_digest
from ck_core.domain.point import Point, RecordedComponent, Resolved, Scalar
from ck_core.domain.repeat_variable import REPEAT_VARIABLE
from ck_core.domain.version import label_of
from ck_core.experiments.replay import recorded_choices as recorded

Facts = Mapping[str, Fact]
_LOAD = 0.5
"""Share of the cores that others keep busy from which on a machine counts as loaded."""
_KINDS = (
    (Kind.LAUNCHER, ("launcher", "pinned", "pinning", "affinity", "emulat", "cpus", "cpu_quota")),
    (Kind.CPU, ("cpu", "microarchitecture", "architecture", "cores", "smt")),
    (Kind.CPU, ("machine", "threads", "usable", "cache", "features", "product")),
    (Kind.ACCELERATOR, ("accelerator", "gpu", "cuda", "opencl", "hip", "vulkan", "device")),
    (Kind.MEMORY, ("memory", "numa", "swap")),
    (Kind.GOVERNOR, ("governor", "turbo", "frequency", "power", "battery", "driver")),
    (Kind.KERNEL, ("kernel", "mitigation")),
    (Kind.LIBRARY, ("libc",)),
    (Kind.SYSTEM, ("os", "system", "distribution", "virtual", "hypervisor", "container")),
)
"""Kinds of features by how their names begin."""
_FLEETING = (
    "fingerprint",
    "load",
    "temperature",
    "free",
    "available",
    "uptime",
    "users",
    "stolen",
    "noise",
)
"""Features that are never the same twice, or say what others say as well."""
_UNKNOWN = "unknown"
"""What is said of a feature where tools to look at it are missing."""
_NONE = "none"
_NONE_WHERE_MISSING = (
    "pinned",
    "power",
    "virtualisation",
    "accelerators",
    "container",
    "cpu_quota",
    "memory_limit_bytes",
)
"""Features of a machine that are left out where there is nothing of the kind."""
_PREFIXES = ("", "host.")
"""``host.`` is the machine that ckp ran on, where a launcher ran the program elsewhere."""
_HARDWARE = ("cpu", "architecture", "threads", "memory_bytes", "product")


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What is known of both environments.

    Attributes:
        unknown: names of what one of the two does not tell; no cause can be seen in them.
    """

    before: Facts
    after: Facts
    unknown: tuple[str, ...]


def circumstances(before: Point, after: Point) -> Circumstances:
    """Facts of two points; where one knows less, the other's knowledge is no difference.

    A variable or a library that only one has is one.
    """
    first, second = _facts(before, after), _facts(after, before)
    resolved_both = bool(before.resolved and after.resolved)
    one_sided = {
        name: fact.kind
        for name, fact in {**first, **second}.items()
        if (name in first) != (name in second)
        and not _may_be_missing(fact.kind, resolved_both=resolved_both)
    }
    return Circumstances(
        before={name: fact for name, fact in first.items() if name not in one_sided},
        after={name: fact for name, fact in second.items() if name not in one_sided},
        unknown=tuple(sorted(n for n, kind in one_sided.items() if kind is not Kind.TOOL)),
    )


def _may_be_missing(kind: Kind, *, resolved_both: bool) -> bool:
    if kind in {Kind.LIBRARY, Kind.COMPILER}:
        return resolved_both
    return kind is Kind.VARIABLE


def _facts(point: Point, other: Point) -> dict[str, Fact]:
    found = (
        *_of_program(point, other),
        *_of_dataset(point, other),
        *_of_choices(point),
        *_of_build(point),
        *_of_resolved(point, other),
        *_of_features(point, other),
        *_of_tools(point),
    )
    return {name: Fact(kind=kind, value=value) for name, kind, value in found if value}


Found = Iterator[tuple[str, Kind, str]]


def _of_program(point: Point, other: Point) -> Found:
    yield "source commit", Kind.SOURCE, _commit(point.program)
    yield "source files", Kind.SOURCE, short_digest(point.program.digest)
    if point.program.alias != other.program.alias:
        yield "program", Kind.SOURCE, point.program.cid


def _of_dataset(point: Point, other: Point) -> Found:
    if point.dataset is None:
        return
    if other.dataset and point.dataset.alias != other.dataset.alias:
        yield "dataset", Kind.DATASET, point.dataset.cid
    yield "dataset hash", Kind.DATASET, short_digest(point.dataset.digest)
    if not (point.dataset.digest and other.dataset and other.dataset.digest):
        yield "dataset commit", Kind.DATASET, _commit(point.dataset)


def _commit(one: RecordedComponent) -> str:
    """Changes beside a commit make it say nothing, but that there were some."""
    changed = " with changes" if one.source.modified else ""
    return f"{one.source.commit[:12]}{changed}" if one.source.commit else ""


def _of_choices(point: Point) -> Found:
    yield "command", Kind.COMMAND, recorded.command_of(point)
    for name, value in recorded.environment_of(point).items():
        repeat = name == REPEAT_VARIABLE
        yield (name, Kind.COMMAND if repeat else Kind.VARIABLE, value)


def _of_build(point: Point) -> Found:
    """The flags that reached the compiler; those that were asked for, where only they are known."""
    if point.build:
        yield "flags", Kind.FLAGS, " ".join(point.build.flags) or "none"
    elif "flags" in point.choices:
        yield "flags", Kind.FLAGS, str(point.choices["flags"]) or "none"
    yield "pgo", Kind.FLAGS, "yes" if recorded.is_profiled(point) else "no"


def _of_resolved(point: Point, other: Point) -> Found:
    """Content is compared where the versions are the same: else those say enough."""
    others = {one.key: one for one in other.resolved}
    for one in point.resolved:
        kind = _kind_of_tool(one.key)
        yield one.key, kind, label_of(one.product, one.version)
        twin = others.get(one.key)
        if twin and _same_version(one, twin):
            yield f"{one.key}'s content", kind, short_digest(one.digest) if twin.digest else ""
            for made, label in one.made_with.items():
                if made in twin.made_with:
                    yield f"{one.key}'s {made}", kind, label
    if not point.resolved and recorded.compiler_of(point):
        yield "compiler", Kind.COMPILER, recorded.compiler_of(point)


def _kind_of_tool(key: str) -> Kind:
    if key == "emulator":
        return Kind.LAUNCHER
    return Kind.COMPILER if key.startswith("compiler") else Kind.LIBRARY


def _same_version(one: Resolved, other: Resolved) -> bool:
    return (one.product, one.version) == (other.product, other.version)


def _of_features(point: Point, other: Point) -> Found:
    missing = _absent(point.features, other.features)
    for name, value in {**point.features, **missing}.items():
        if not name.startswith(_FLEETING) and value != _UNKNOWN:
            yield name, feature_kind(name), _text(value)
    if load := _load(point):
        yield "load", Kind.OTHER, load


def _absent(features: Mapping[str, Scalar], others: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """What the other machine has, and this one would tell of if it had it."""
    prefixes = [one for one in _PREFIXES if any(f"{one}{name}" in features for name in _HARDWARE)]
    names = (f"{prefix}{name}" for prefix in prefixes for name in _NONE_WHERE_MISSING)
    return {name: _NONE for name in names if name in others and name not in features}


def _load(point: Point) -> str:
    """Busy or idle: the number itself is another each time."""
    load, cores = point.features.get("load"), point.features.get("cores", 1)
    if isinstance(load, str) or isinstance(cores, str) or load is None:
        return ""
    return "busy" if load > _LOAD * max(1, cores) else "idle"


def feature_kind(name: str) -> Kind:
    """What a feature is about, by its name."""
    for kind, beginnings in _KINDS:
        if _begins(name, beginnings):
            return kind
    return Kind.OTHER


def _begins(name: str, beginnings: Iterable[str]) -> bool:
    return any(name.startswith(one) for one in beginnings)


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _of_tools(point: Point) -> Found:
    yield "ckp", Kind.TOOL, point.ckp
    for name, release in point.plugins.items():
        yield f"plugin {name}", Kind.TOOL, release
    if point.emulated_by:
        yield "emulated by", Kind.LAUNCHER, point.emulated_by


def is_same_machine(one: Point, other: Point) -> bool | None:
    """By what both tell of the hardware; None where that is nothing.

    Fingerprints alone differ as well where a tool that looks at the machine is missing.
    """
    marks = [point.features.get("fingerprint") for point in (one, other)]
    if marks[0] is not None and marks[0] == marks[1]:
        return True
    both = [name for name in _HARDWARE if name in one.features and name in other.features]
    return all(one.features[name] == other.features[name] for name in both) if both else None
