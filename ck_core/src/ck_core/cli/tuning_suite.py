"""Searches of many programs as one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from ck_core.cli.console import print_json, print_table, printable
from ck_core.cli.tuning_options import tuning_options_of
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.query import Query
from ck_core.errors import ComponentNotFoundError
from ck_core.tuning.suite import Common, SuiteRow, best_common, tuned_suite
from ck_core.tuning.tuning_json import tuning_json

COLUMNS = ("program", "speed-up", "over", "verdict", "evaluations", "failed")


def tune_suite(
    cid: Cid,
    tags: frozenset[str],
    choices: Mapping[str, Any],
    context: Context,
    *,
    as_json: bool,
) -> None:
    """Each program's search is told when it ends; the table comes last.

    Raises:
        ComponentNotFoundError: no program is meant.
        KeyboardInterrupt: somebody has pressed Ctrl-C; what was found is shown before.
    """
    programs = context.store.search(Query(cid=cid, tags=tags))
    if cid.kind != "program" or not programs:
        raise ComponentNotFoundError(
            f"no program is meant by '{cid}'"
            + (f" with tags {','.join(sorted(tags))}" if tags else ""),
            hint="ckp ls program lists them",
        )
    cids = [Cid("program", one.alias, one.repository) for one in programs]
    rows = []
    for row in tuned_suite(cids, lambda one: tuning_options_of(one, **choices), context):
        rows.append(row)
        context.reporter.note(f"{row.program}: {_said(row)}")
    interrupted = any(one.outcome and one.outcome.interrupted for one in rows)
    common = None if interrupted else best_common(rows, context)
    _show(rows, common, as_json=as_json)
    if interrupted:
        raise KeyboardInterrupt


def _said(row: SuiteRow) -> str:
    if row.error:
        return row.error.message
    _, speedup, over, verdict, *_ = _row(row)
    return f"{speedup} over {over}, {verdict}" if over else "no winner"


def _show(rows: Sequence[SuiteRow], common: Common | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"programs": [_json(one) for one in rows], "common": _common_json(common)})
        return
    print_table(COLUMNS, map(_row, rows))
    for one in rows:
        if one.error:
            click.echo(printable(f"- {one.program}: {one.error.message}"))
    if common:
        click.echo(printable(f"- best for all: {_common_text(common)}"))


def _row(row: SuiteRow) -> Sequence[str]:
    outcome = row.outcome
    if outcome is None:
        return row.program, "", "", "failed", "", ""
    failed = str(sum(outcome.failures.values()))
    counts = (str(len(outcome.findings)), failed)
    if not outcome.gains:
        return row.program, "", "", "", *counts
    first = outcome.gains[0]
    effect = first.compared.comparison.effect
    size = f"{effect.estimate:.4g}  [{effect.low:.4g}, {effect.high:.4g}]" if effect else ""
    verdict = first.compared.comparison.verdict.value
    return row.program, size, first.baseline.role, verdict, *counts


def _common_text(common: Common) -> str:
    mean = common.mean
    interval = f" [{mean.low:.4g}, {mean.high:.4g}]" if mean.low and mean.high else ""
    values = " ".join(f"{name}={value}" for name, value in common.configuration.items())
    return (
        f"{mean.mean:.4g}{interval} in the geometric mean ({mean.least:.4g} to {mean.most:.4g}) "
        f"by what was found for {common.found_for}: {values}"
    )


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
    }
