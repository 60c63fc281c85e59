"""What a report says in words: the summary, versions, the environment, notes, replaying."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ck_core.domain.point import RecordedComponent, Resolved
from ck_core.publishing.charts.comparison import interval_text
from ck_core.publishing.charts.layout import plural
from ck_core.publishing.charts.values import Estimate
from ck_core.publishing.report.facts import MOST_VALUES, Fact, value_fact
from ck_core.publishing.report.material import Material
from ck_core.publishing.report.parts import comparable, parts_of
from ck_core.publishing.report.pictures import estimate
from ck_core.publishing.report.searches import ending
from ck_core.publishing.texts import plain, shorten
from ck_core.publishing.units import quantity

_MOST_PARTS = 4
_MOST_NOTES = 200
_MOST_COMMANDS = 5


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


def _best(material: Material) -> Iterator[Fact]:
    """Of each input: a program takes as long as what it is given wants."""
    for part in parts_of(material)[:_MOST_PARTS]:
        alike = _best_first(part.material)
        for point in alike.ranked[:1]:
            best = estimate(point, alike.main_metric, alike.names[point.uid])
            if best and alike.labels:
                who = alike.labels[point.uid]
                yield _standing_fact(who, best, alike.main_metric, part.heading)
            elif best:
                yield _best_fact(best, alike.main_metric, part.heading)


def _best_first(material: Material) -> Material:
    """Whose first is the best of what may be compared; of a search what it recommends alone."""
    found = ending(material)
    if found and (one := found.recommended):
        return replace(material, points=[one.point], labels={one.point.uid: one.name})
    return comparable(material, [material.main_metric])


def _standing_fact(who: str, one: Estimate, metric: str, heading: str) -> Fact:
    """In its last runs, whatever a trial may have taken."""
    unit = quantity(metric, [one.value])
    return Fact(
        name=f"{unit.words}, {who}" + (f", {heading}" if heading else ""),
        value=unit.format(one.value),
        small=f"interval {interval_text(one, unit)}" if one.has_interval else "",
    )


def _best_fact(best: Estimate, metric: str, heading: str) -> Fact:
    unit = quantity(metric, [best.value])
    interval = f", interval {interval_text(best, unit)}" if best.has_interval else ""
    return Fact(
        name=f"best {unit.words}" + (f", {heading}" if heading else ""),
        value=unit.format(best.value),
        small=f"{shorten(plain(best.name), 80)}{interval}",
    )


def what_was_run(material: Material) -> list[Fact]:
    """Programs, commands and datasets, each with its commit."""
    points = material.points
    datasets = [point.dataset for point in points if point.dataset]
    return [
        *_components("program", [point.program for point in points]),
        value_fact("command", (point.command for point in points)),
        *_components("dataset", datasets),
        value_fact("emulated by", (point.emulated_by for point in points)),
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
        for (cid, repo, commit, modified, digest), count in found.most_common(MOST_VALUES)
    ]
    if len(found) > MOST_VALUES:
        facts.append(Fact(name=role, value=f"and {len(found) - MOST_VALUES:,} more"))
    return facts


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
        f"by {one.package} {one.package_variation}".strip() if one.package else "",
        f"for {one.target}" if one.target else "",
        f"described by {one.plugin_release}" if one.plugin_release else "",
        f"made with {', '.join(made)}" if made else "",
    )
    return ", ".join(part for part in parts if part)


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
    return [found[0], *_best_points(material, name), *found[1:]]


def _best_points(material: Material, name: str) -> Iterator[Fact]:
    for part in parts_of(material)[:_MOST_PARTS]:
        for point in _best_first(part.material).ranked[:1]:
            where = f" of {part.heading}" if part.heading else ""
            command = f"ckp replay {name} --point {point.uid}"
            yield Fact(name=f"only the best point{where}", value=command)


def command_lines(material: Material) -> list[str]:
    """What was typed, the most frequent first."""
    typed = Counter(
        shlex.join(map(plain, point.command_line))
        for point in material.points
        if point.command_line
    )
    return [line for line, _ in typed.most_common(_MOST_COMMANDS)]
