"""Searches of many programs as one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from ck_core.analysis.gains import gain_text, gain_title, verdict_text
from ck_core.analysis.run_command import command_of
from ck_core.cli.console import print_json, print_table, printable
from ck_core.cli.tuning_listing import listed_json, show_parameters
from ck_core.cli.tuning_request import TuningRequest
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.query import Query
from ck_core.domain.tuning.parameter import Parameter
from ck_core.errors import CkpError, ComponentNotFoundError
from ck_core.system.host import host_target
from ck_core.tuning.autotune import check_common
from ck_core.tuning.common_winner import Common, best_common
from ck_core.tuning.spaces import offered_parameters
from ck_core.tuning.suite import SuiteRow, by_name, tuned_suite
from ck_core.tuning.tuning_json import tuning_json

NOTHING = "nothing better than the program as it is"


def tune_suite(
    cid: Cid,
    tags: frozenset[str],
    request: TuningRequest,
    *,
    limit_s: float | None = None,
    as_json: bool,
) -> None:
    """Each program's search is told when it ends; the table comes last.

    Args:
        limit_s: for all searches with their finals; None is no limit.

    Raises:
        ComponentNotFoundError: no program is meant.
        KeyboardInterrupt: somebody has pressed Ctrl-C; what was found is shown before.
    """
    context = request.context
    cids = _meant(cid, tags, context)
    check_common(request.of_any, context)
    rows: list[SuiteRow] = []
    try:
        for row in tuned_suite(cids, request.of, context, limit_s):
            rows.append(row)
            context.reporter.note(f"{row.program}: {_said(row)}")
        common = _common(rows, context)
    except KeyboardInterrupt:
        _show(rows, None, _left(cids, rows), as_json=as_json)
        raise
    _show(rows, common, _left(cids, rows), as_json=as_json)


def list_suite(cid: Cid, tags: frozenset[str], request: TuningRequest, *, as_json: bool) -> None:
    """What each search would vary; raises ComponentNotFoundError: no program is meant."""
    programs = by_name(_meant(cid, tags, request.context))
    found = dict(_offered(programs, request))
    inexact: bool = request.choices["allow_inexact"]
    if as_json:
        print_json({name: listed_json(one, allow_inexact=inexact) for name, one in found.items()})
        return
    for name, parameters in found.items():
        click.echo(printable(f"\n{name}:"))
        show_parameters(parameters, allow_inexact=inexact, as_json=False)


def _offered(
    programs: Mapping[str, Cid], request: TuningRequest
) -> Iterator[tuple[str, Sequence[Parameter]]]:
    """What is wrong with one program is told, and stops no other."""
    for name, cid in programs.items():
        try:
            yield name, offered_parameters(request.of(cid), request.context)
        except CkpError as error:
            request.context.reporter.warn(f"{name}: {error.message}")


def _left(cids: Sequence[Cid], rows: Sequence[SuiteRow]) -> list[str]:
    return [f"program:{one.name}" for one in cids[len(rows) :]]


def _common(rows: Sequence[SuiteRow], context: Context) -> Common | None:
    """Raises KeyboardInterrupt: also of what was interrupted before."""
    if any(one.outcome and one.outcome.interrupted for one in rows):
        raise KeyboardInterrupt
    return best_common(rows, context)


def _meant(cid: Cid, tags: frozenset[str], context: Context) -> list[Cid]:
    """Raises ComponentNotFoundError: none is."""
    programs = context.store.search(Query(cid=cid, tags=tags))
    if cid.kind != "program" or not programs:
        raise ComponentNotFoundError(
            f"no program is meant by '{cid}'"
            + (f" with tags {','.join(sorted(tags))}" if tags else ""),
            hint="ckp ls program lists them",
        )
    return [Cid("program", one.alias, one.repository) for one in programs]


def _said(row: SuiteRow) -> str:
    if row.error:
        return row.error.message
    _, speedup, over, verdict, *_ = _row(row)
    if row.outcome and row.outcome.winner and not row.outcome.is_proved:
        return NOTHING
    return f"{speedup} over {over}, {verdict}" if over else "no winner"


def _show(
    rows: Sequence[SuiteRow], common: Common | None, left: Sequence[str] = (), *, as_json: bool
) -> None:
    """Args: left: programs that were not begun."""
    if as_json:
        programs = [_json(one) for one in rows]
        print_json({"programs": programs, "not_begun": [*left], "common": _common_json(common)})
        return
    print_table(_columns(rows), map(_row, rows))
    for note in (*_notes(rows), *common_notes(common), *_left_notes(rows, left)):
        click.echo(printable(f"- {note}"))


def _columns(rows: Sequence[SuiteRow]) -> Sequence[str]:
    found = [one.outcome for one in rows if one.outcome]
    gains = [gain.compared.comparison for one in found for gain in one.gains[:1]]
    title = gain_title(found[0].objectives[0], gains) if found else "gain"
    return "program", title, "over", "verdict", "evaluations", "failed", "recorded in"


def _notes(rows: Sequence[SuiteRow]) -> Iterator[str]:
    """Why there is none, or what builds and runs each winner again."""
    for row in rows:
        if row.error:
            yield f"{row.program}: {row.error.message}"
        elif row.outcome and row.outcome.winner and row.outcome.is_proved:
            yield f"{row.program} again: {command_of(row.outcome.winner.point, host_target().name)}"
        elif row.outcome and row.outcome.winner:
            yield f"{row.program}: {NOTHING}"


def _left_notes(rows: Sequence[SuiteRow], left: Sequence[str]) -> Iterator[str]:
    """How it goes on after Ctrl-C, or where the time is over."""
    for row in rows:
        if row.outcome and row.outcome.interrupted:
            yield f"goes on with: ckp autotune --resume {row.outcome.experiment.cid}"
    if left:
        yield f"not begun, by Ctrl-C or --total-time: {', '.join(left)}"


def _row(row: SuiteRow) -> Sequence[str]:
    outcome = row.outcome
    if outcome is None:
        return row.program, "", "", "failed", "", "", ""
    failed = str(sum(outcome.failures.values()))
    counts = (str(len(outcome.findings)), failed, str(outcome.experiment.cid))
    if not outcome.gains:
        return row.program, "", "", "", *counts
    first, objective = outcome.gains[0], outcome.objectives[0]
    comparison = first.compared.comparison
    told = gain_text(comparison, objective), first.baseline.role
    return row.program, *told, verdict_text(comparison, objective), *counts


def common_notes(common: Common | None) -> Iterator[str]:
    """What it gains, and what builds and runs each program with it."""
    if common is None:
        return
    if not common.is_proved:
        yield f"for all of them: {NOTHING}; nearest is {_mean_text(common)}"
        return
    yield f"best for all: {_mean_text(common)}"
    for name, command in _commands(common).items():
        yield f"{name} with what is best for all: {command}"
    yield f"its runs are recorded with each program, as 'found for {common.found_for}'"


def _mean_text(common: Common) -> str:
    mean = common.mean
    interval = f" [{mean.low:.4g}, {mean.high:.4g}]" if mean.low and mean.high else ""
    return (
        f"{mean.mean:.4g}{interval} in the geometric mean ({mean.least:.4g} to {mean.most:.4g}) "
        f"by what was found for {common.found_for}"
    )


def _commands(common: Common) -> dict[str, str]:
    """By program."""
    return {name: command_of(one, host_target().name) for name, one in common.points.items()}


def _json(row: SuiteRow) -> dict[str, Any]:
    if row.outcome is None:
        return {"program": row.program, "error": row.error.message if row.error else ""}
    return {"program": row.program, **tuning_json(row.outcome)}


def _common_json(common: Common | None) -> dict[str, Any] | None:
    if common is None:
        return None
    return {
        "found_for": common.found_for,
        "configuration": dict(common.configuration),
        "mean": common.mean.mean,
        "low": common.mean.low,
        "high": common.mean.high,
        "gains": dict(common.gains),
        "proved": common.is_proved,
        "commands": _commands(common) if common.is_proved else {},
    }
