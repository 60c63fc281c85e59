"""The last runs of a search as a table of texts, wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ck_core.analysis.build_commands import lines_of
from ck_core.analysis.gains import CONFIDENCE, gain_text, gain_title, verdict_text
from ck_core.analysis.run_command import command_of
from ck_core.analysis.tuning_ending import AS_IT_IS, Ending, Standing
from ck_core.domain.point import Point
from ck_core.domain.units import format_metric

_BY_HAND = "without ckp, in an empty directory"


def title(ending: Ending) -> str:
    """What the table is of."""
    if ending.is_frontier:
        return "What nothing beats, measured in turn"
    if ending.winner is None:
        return "The baselines, in random blocks"
    sure = f"{CONFIDENCE * 100:.0f} %"
    return f"The winner beside the baselines, in random blocks; {sure} intervals of gains"


def columns(ending: Ending) -> list[str]:
    """Where there is no winner, there is nothing that it gains."""
    metrics = [one.metric for one in ending.told.objectives]
    if ending.winner is None:
        return ["on the frontier" if ending.is_frontier else "measured in turn", *metrics]
    gains = [one.gain.comparison for one in ending.standings if one.gain]
    whose = "winner's" if ending.is_proved else "its"
    gain = f"{whose} {gain_title(ending.told.objectives[0], gains)}"
    return ["measured in turn", *metrics, gain, "verdict", *_breaks_column(ending)]


def _breaks_column(ending: Ending) -> list[str]:
    return ["breaks"] if any(one.breaks for one in ending.standings) else []


def rows(ending: Ending) -> Iterator[Sequence[str]]:
    """In the order of the columns."""
    names = [one.metric for one in ending.told.objectives]
    for one in ending.standings:
        values = [_value(one.point, name) for name in names]
        told = () if ending.winner is None else _beside_winner(one, ending)
        yield one.name, *values, *told


def _value(point: Point, name: str) -> str:
    if point.failed:
        return f"failed ({point.stage})" if point.stage else "failed"
    metric = point.metrics.get(name)
    return format_metric(metric) if metric else ""


def _beside_winner(one: Standing, ending: Ending) -> Iterator[str]:
    objective = ending.told.objectives[0]
    compared = one.gain.comparison if one.gain else None
    yield gain_text(compared, objective) if compared else ""
    yield verdict_text(compared, objective) if compared else ""
    if _breaks_column(ending):
        yield ", ".join(one.breaks)


def commands(ending: Ending, here: str) -> Iterator[tuple[str, str]]:
    """Name, and what builds and runs it again: of the winner, or of all on the frontier.

    Nobody is told flags that are not proved to be of use.

    Args:
        here: name of this machine as a target.
    """
    for one in _recommended(ending):
        yield one.name, command_of(one.point, here)


def by_hand(ending: Ending) -> Iterator[tuple[str, list[str]]]:
    """Name, and the compiler's own command lines, of what ``commands`` tells of."""
    for one in _recommended(ending):
        if lines := lines_of(one.point):
            yield f"{one.name} {_BY_HAND}", lines


def _recommended(ending: Ending) -> Sequence[Standing]:
    if ending.is_frontier:
        return ending.standings
    return [ending.winner] if ending.winner and ending.is_proved else []


def notes(ending: Ending) -> Iterator[str]:
    """Sentences that belong to the table."""
    if not (ending.is_frontier or ending.is_proved):
        yield from _nothing_better(ending.winner, ending.as_it_is)
    for one in ending.standings:
        if one.breaks:
            what = f"the program {one.name}" if one.role == AS_IT_IS else one.name
            yield f"{what} breaks {', '.join(one.breaks)}"


def _nothing_better(winner: Standing | None, base: Standing | None) -> Iterator[str]:
    if winner and winner.failed:
        yield f"the winner fails in its last runs ({winner.point.stage})"
    if base is None:
        return
    word = "found" if winner else "predicted"
    yield f"nothing better than the program {base.name} was {word}: keep it"
    found = base.gain.comparison if base.gain else None
    if found and found.effect and found.effect.coverage < CONFIDENCE:
        yield (
            f"too few repetitions to decide: {CONFIDENCE * 100:.0f} % needs {found.needed} at the "
            f"least: --finals {found.needed}"
        )
