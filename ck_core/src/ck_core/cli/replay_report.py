"""Replays on the screen and as JSON."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from ck_core.analysis.environment_diff import Difference
from ck_core.analysis.reproduction import Reproduction
from ck_core.cli.console import print_json, print_table, printable
from ck_core.domain.component import Component
from ck_core.domain.point import Point
from ck_core.domain.point_names import own_choices
from ck_core.errors import CannotTellError, CkpError, NotReproducedError
from ck_core.experiments.replay.recorded_choices import environment_of
from ck_core.experiments.replay.replaying import Replay, verdict_of
from ck_core.experiments.replay.verdicts import MetricVerdict

_LONGEST = 60
_SHOWN_ONLY = {
    Reproduction.REPRODUCED: "alike",
    Reproduction.CHANGED: "differs",
    Reproduction.CANNOT_TELL: "open",
}
"""Of metrics that do not decide: another word than the verdict that they do not give."""
_NOTHING = "nothing that is recorded differs: the state of the machine, or what no record holds"


def show_replays(replays: Iterable[Replay], *, as_json: bool) -> list[Replay]:
    """Each as soon as it is known; JSON as a whole. After Ctrl-C those that there are."""
    found: list[Replay] = []
    try:
        for one in replays:
            found.append(one)
            if not as_json:
                _print(one, first=len(found) == 1)
    finally:
        _conclude(found, as_json=as_json)
    return found


def _conclude(found: Sequence[Replay], *, as_json: bool) -> None:
    if as_json:
        print_json({"verdict": verdict_of(found).value, "points": [_json(one) for one in found]})
    elif len(found) > 1:
        click.echo(f"\n{_counted(found)}")


def error_of(experiment: Component, replays: Sequence[Replay]) -> CkpError | None:
    """None where all is reproduced."""
    verdict = verdict_of(replays)
    if verdict is Reproduction.REPRODUCED:
        return None
    first = next(one for one in replays if one.verdict is verdict)
    again = f"ckp replay {shlex.quote(experiment.cid)} --point={first.recorded.uid}"
    if verdict is Reproduction.CHANGED:
        return NotReproducedError(
            f"{experiment.cid} is not reproduced: {_change(first)}",
            hint=f"{again} looks at this point alone; --tolerance=5% allows for more",
        )
    return CannotTellError(
        f"nobody can tell whether {experiment.cid} is reproduced: {_open(first)}",
        hint=first.hint if first.reason else _by_less_noise(first, again),
    )


def _by_less_noise(first: Replay, again: str) -> str:
    """More of the same does not help against others that have the core."""
    quieter, longer = "--metrics=cpu_s,correct", "--precision=1%"
    if any(one.disturbed for one in first.metrics):
        return f"{again} {quieter} judges by what others disturb less; {longer} measures longer"
    return f"{again} {longer} measures longer; {quieter} judges by less noise"


def _change(one: Replay) -> str:
    what = one.reason or next(
        f"{found.metric}: {found.judgement.reason}"
        for found in one.metrics
        if found.counts and found.verdict is Reproduction.CHANGED
    )
    because = f"; likeliest because of: {_difference(one.cause)}" if one.cause else ""
    return f"{what}{because}"


def _open(one: Replay) -> str:
    return one.reason or next(
        (
            f"{found.metric}: {found.judgement.reason}"
            for found in one.metrics
            if found.counts and found.verdict is Reproduction.CANNOT_TELL
        ),
        "no metric was recorded that could decide",
    )


def _counted(replays: Sequence[Replay]) -> str:
    counts = ((one.value, sum(r.verdict is one for r in replays)) for one in Reproduction)
    told = ", ".join(f"{count} {name}" for name, count in counts if count)
    return f"{len(replays)} points: {told}"


def _print(one: Replay, *, first: bool) -> None:
    click.echo(printable(f"{'' if first else chr(10)}{_title(one)}: {one.verdict.value}"))
    for sentence in _sentences(one):
        click.echo(printable(f"  {sentence}"))
    if one.metrics:
        click.echo()
        print_table(("metric", "verdict", "because"), map(_metric_row, one.metrics))
    if one.differences:
        click.echo()
        columns = ("may explain it" if one.cause else "differs", "recorded", "now", "likelihood")
        print_table(columns, map(_difference_row, one.differences))
    elif one.verdict is Reproduction.CHANGED:
        click.echo(f"\n{_NOTHING}")


def _title(one: Replay) -> str:
    point = one.recorded
    names = (f"{point.program.cid}", *_chosen(point))
    return f"point {point.uid} ({', '.join(names)})"


def _chosen(point: Point) -> Iterator[str]:
    for name in ("compiler", "dataset"):
        if value := str(point.choices.get(name, "")):
            yield value if len(value) <= _LONGEST else f"{value[: _LONGEST - 3]}..."


def _given(point: Point) -> Iterator[str]:
    """All that the point hands to compiler and program, since it may be a stranger's."""
    if flags := str(point.choices.get("flags", "")):
        yield _on_one_line(f"flags: {flags}")
    if variables := environment_of(point):
        words = shlex.join(f"{name}={value}" for name, value in variables.items())
        yield _on_one_line(f"variables: {words}")
    if options := own_choices(point) if point.ckp else {}:
        words = shlex.join(f"{name}={value}" for name, value in options.items())
        yield _on_one_line(f"options: {words}")


def _on_one_line(text: str) -> str:
    """So that nothing in it looks like a line of ours."""
    return text.replace("\n", "\\n")


def _sentences(one: Replay) -> Iterator[str]:
    yield from _given(one.recorded)
    if one.reason:
        yield f"{one.reason}; {one.hint}" if one.hint else one.reason
    if one.same_machine is False:
        yield "it was recorded on another machine; times of two machines seldom agree"
    yield from one.substitutions
    if one.unknown and one.replayed:
        yield f"only one of the two points tells: {', '.join(one.unknown)}"
    if one.recorded_as:
        yield f"recorded as point {one.recorded_as}"


def _metric_row(one: MetricVerdict) -> tuple[str, str, str]:
    verdict = one.verdict.value if one.counts else f"({_SHOWN_ONLY[one.verdict]})"
    return one.metric, verdict, one.judgement.reason


def _difference_row(one: Difference) -> tuple[str, str, str, str]:
    return one.name, one.before or "none", one.after or "none", one.likelihood.value


def _difference(one: Difference) -> str:
    return f"{one.name} ({one.before or 'none'} became {one.after or 'none'})"


def _json(one: Replay) -> dict[str, Any]:
    return {
        "point": one.recorded.uid,
        "program": one.recorded.program.cid,
        "verdict": one.verdict.value,
        "reason": one.reason or None,
        "hint": one.hint or None,
        "flags": str(one.recorded.choices.get("flags", "")) or None,
        "environment": environment_of(one.recorded),
        "cause": _difference_json(one.cause) if one.cause else None,
        "same_machine": one.same_machine,
        "substitutions": list(one.substitutions),
        "metrics": [_metric_json(found) for found in one.metrics],
        "differences": [_difference_json(found) for found in one.differences],
        "unknown": list(one.unknown),
        "recorded_as": one.recorded_as or None,
    }


def _metric_json(one: MetricVerdict) -> dict[str, Any]:
    effect = one.judgement.effect
    return {
        "metric": one.metric,
        "verdict": one.verdict.value,
        "counts": one.counts,
        "reason": one.judgement.reason,
        "scale": effect.scale.value if effect else None,
        "estimate": effect.estimate if effect else None,
        "low": effect.low if effect else None,
        "high": effect.high if effect else None,
        "causes": [_difference_json(found) for found in one.causes],
    }


def _difference_json(one: Difference) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind.value,
        "recorded": one.before,
        "now": one.after,
        "likelihood": one.likelihood.value,
    }
