"""What a report says in words: the summary, versions, the environment, notes, replaying."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ck_core.domain.point import Point, RecordedComponent, Resolved, Scalar
from ck_core.publishing.charts.comparison import interval_text
from ck_core.publishing.charts.layout import plural
from ck_core.publishing.report.material import Material
from ck_core.publishing.report.pictures import estimate
from ck_core.publishing.texts import plain, shorten
from ck_core.publishing.units import quantity

_MOST_VALUES = 6
_MOST_NOTES = 200
_MOST_COMMANDS = 5


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing to know; ``small`` explains it."""

    name: str
    value: str
    small: str = ""


@dataclass(frozen=True, kw_only=True)
class Note:
    """What is to be said about one point, or, without one, about the experiment."""

    about: str
    text: str


def summary(material: Material) -> list[Fact]:
    """The numbers on top."""
    points = material.points
    failed = len(points) - len(material.good)
    wrong = sum(point.correct is False for point in points)
    checked = sum(point.correct is not None for point in points)
    facts = [
        Fact(
            name="points",
            value=f"{len(points):,}",
            small=f"{failed:,} failed" if failed else "none failed",
        ),
        Fact(
            name="output",
            value=f"{wrong:,} wrong" if wrong else "correct" if checked else "not checked",
            small=f"{checked:,} of {len(points):,} checked",
        ),
    ]
    return [*_best(material), *facts]


def _best(material: Material) -> list[Fact]:
    if not material.ranked:
        return []
    point = material.ranked[0]
    best = estimate(point, material.main_metric, material.names[point.uid])
    if best is None:
        return []
    unit = quantity(material.main_metric, [best.value])
    interval = f", interval {interval_text(best, unit)}" if best.low is not None else ""
    return [
        Fact(
            name=f"best {unit.words}",
            value=unit.format(best.value),
            small=f"{shorten(plain(best.name), 80)}{interval}",
        )
    ]


def what_was_run(material: Material) -> list[Fact]:
    """Programs, commands and datasets, each with its commit."""
    points = material.points
    datasets = [point.dataset for point in points if point.dataset]
    return [
        *_components("program", [point.program for point in points]),
        _values("command", (point.command for point in points)),
        *_components("dataset", datasets),
        _values("emulated by", (point.emulated_by for point in points)),
    ]


def _components(role: str, components: Sequence[RecordedComponent]) -> list[Fact]:
    found = Counter(
        (one.cid, one.source.repo, one.source.commit, one.source.modified, one.digest)
        for one in components
    )
    facts = [
        Fact(
            name=role,
            value=plain(cid),
            small="; ".join(
                part
                for part in (
                    f"from {plain(repo)}" if repo else "",
                    f"commit {plain(commit)}" if commit else "no commit is known",
                    "the work tree differed from the commit" if modified else "",
                    plain(digest) if digest else "",
                    plural(count, "point"),
                )
                if part
            ),
        )
        for (cid, repo, commit, modified, digest), count in found.most_common(_MOST_VALUES)
    ]
    if len(found) > _MOST_VALUES:
        facts.append(Fact(name=role, value=f"and {len(found) - _MOST_VALUES:,} more"))
    return facts


def _values(name: str, values: Iterable[object]) -> Fact:
    """The different values, the most frequent first; empty where there is none."""
    found = Counter(plain(_text(value)) for value in values if value != "")
    if len(found) == 1:
        return Fact(name=plain(name), value=next(iter(found)))
    shown = [f"{value} ({count:,})" for value, count in found.most_common(_MOST_VALUES)]
    more = len(found) - _MOST_VALUES
    return Fact(
        name=plain(name), value=", ".join(shown), small=f"and {more:,} more" if more > 0 else ""
    )


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def environment(material: Material) -> list[Fact]:
    """Features of the machine: where all points agree, the one value, else all with counts."""
    names = dict.fromkeys(name for point in material.points for name in point.features)
    return [
        _values(name, (_feature(name, point.features.get(name, "")) for point in material.points))
        for name in names
    ]


def _feature(name: str, value: Scalar) -> Scalar:
    """``memory_bytes`` as ``33.55 GB``; what has no unit stays as it is."""
    if isinstance(value, (bool, str)):
        return value
    unit = quantity(name, [value])
    return unit.format(value) if unit.has_suffix else value


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """Something that points were made with; ``count`` says how many points."""

    role: str
    product: str
    digest: str
    path: str
    origin: str
    count: int


def versions(material: Material) -> list[VersionRow]:
    """Compilers, libraries and what else was resolved, each once."""
    found = Counter(
        (one.key, f"{one.product} {one.version}", one.digest, one.path, _origin(one))
        for point in material.points
        for one in point.resolved
    )
    return [
        VersionRow(
            role=plain(key),
            product=plain(product),
            digest=plain(digest) if digest else "",
            path=plain(path) if path else "",
            origin=plain(origin) if origin else "",
            count=count,
        )
        for (key, product, digest, path, origin), count in sorted(found.items())
    ]


def _origin(one: Resolved) -> str:
    made = [f"{key}: {product}" for key, product in one.made_with.items()]
    parts = (
        one.origin,
        f"by {one.package}" if one.package else "",
        f"for {one.target}" if one.target else "",
        f"described by {one.plugin_release}" if one.plugin_release else "",
        f"made with {', '.join(made)}" if made else "",
    )
    return ", ".join(part for part in parts if part)


def makers(material: Material) -> list[Fact]:
    """Which ckp and which plugins."""
    points = material.points
    plugins = Counter(
        f"{name} ({release})" for point in points for name, release in point.plugins.items()
    )
    return [
        _values("measured by ckp", (point.ckp for point in points)),
        Fact(name="plugins", value=", ".join(map(plain, plugins))),
        _values("random seed", (_seed(point) for point in points)),
        _values("recorded on", (point.recorded_at[:10] for point in points)),
    ]


def _seed(point: Point) -> object:
    return "" if point.seed is None else point.seed


def notes(material: Material) -> list[Note]:
    """What points say about themselves, and lines that could not be read."""
    found = [Note(about="", text=plain(str(one))) for one in material.troubles]
    for point in material.points:
        about = shorten(plain(material.names[point.uid]), 90)
        found += [Note(about=about, text=plain(text)) for text in point.notes]
    if len(found) > _MOST_NOTES:
        rest = len(found) - _MOST_NOTES
        return [*found[:_MOST_NOTES], Note(about="", text=f"and {rest:,} more")]
    return found


def replay_commands(material: Material) -> list[Fact]:
    """Commands to type, each with what it does."""
    name = shlex.quote(plain(material.experiment))
    found = [
        Fact(name="run all again and judge", value=f"ckp replay {name}"),
        Fact(name="see the points", value=f"ckp show {name}"),
    ]
    if material.ranked:
        point = f"ckp replay {name} --point {material.ranked[0].uid}"
        found.insert(1, Fact(name="only the best point", value=point))
    return found


def command_lines(material: Material) -> list[str]:
    """What was typed, the most frequent first."""
    typed = Counter(
        shlex.join(map(plain, point.command_line))
        for point in material.points
        if point.command_line
    )
    return [line for line, _ in typed.most_common(_MOST_COMMANDS)]


def only_known(facts: Iterable[Fact]) -> list[Fact]:
    """Without facts that have no value."""
    return [one for one in facts if one.value]
