"""``ckp autotune --predict --evaluate``: what predictions would have gained, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import geometric_mean
from typing import Any

import click
from click.core import ParameterSource

from ck_core.analysis.comparison import Verdict
from ck_core.cli.console import print_json, print_table, printable
from ck_core.cli.tuning_request import TuningRequest
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.tuning.options import MODELS
from ck_core.errors import UsageError
from ck_core.tuning.prediction.evaluation import EXPERIMENT, Answer, Row, evaluated
from ck_core.tuning.prediction.learned import has_library

_MARKS = {Verdict.FASTER: "+", Verdict.SLOWER: "-"}
_SEARCH = "search"
_MEAN = "geometric mean"


def evaluate(cid: Cid | None, model: str, request: TuningRequest, *, as_json: bool) -> None:
    """Raises UsageError: several objectives, or nothing recorded; StorageError."""
    context, choices = request.context, request.choices
    given = {**choices, "record_uoa": choices["record_uoa"] or EXPERIMENT}
    options = replace(request, choices=given).of_any
    models = _models(model, context)
    rows = []
    for row in evaluated(options, request.own, cid, models, context):
        rows.append(row)
        if row.error:
            context.reporter.warn(f"{row.program}: {row.error}")
    _show([one for one in rows if not one.error], models, as_json=as_json)


def _models(model: str, context: Context) -> list[str]:
    """The one that is named; else all that can be used here."""
    source = click.get_current_context().get_parameter_source("model")
    if source is not ParameterSource.DEFAULT:
        return [model]
    found = [one for one in MODELS if has_library(one)]
    if len(found) < len(MODELS):
        context.reporter.note("other models need scikit-learn: pip install 'ck-core[learning]'")
    return found


def _show(rows: Sequence[Row], models: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        print_json([_json(one) for one in rows])
        return
    if not rows:
        raise UsageError("nothing could be predicted for any program")
    columns = [_SEARCH, *models]
    table = [[one.program, *(_text(answer) for answer in _answers(one))] for one in rows]
    print_table(("program", *columns), [*table, [_MEAN, *_means(rows)]])
    for note in _NOTES:
        click.echo(printable(f"- {note}"))


_NOTES = (
    "gain over the program as it is; + better, - worse at 99 %; the rest is not decided",
    "as it is: that is what was found or predicted, and counts as 1 in the mean",
)


def _answers(row: Row) -> list[Answer]:
    return [row.search, *row.answers.values()]


def _text(answer: Answer) -> str:
    if answer.gain and answer.ratio:
        return f"{answer.ratio:.3f}{_MARKS.get(answer.gain.verdict, '')}"
    return "as it is" if answer.is_default else "?"


def _means(rows: Sequence[Row]) -> Iterator[str]:
    """Of what is known in each column."""
    for column in zip(*map(_answers, rows), strict=True):
        known = [ratio for one in column if (ratio := one.ratio)]
        yield f"{geometric_mean(known):.3f}" if known else "?"


def _json(row: Row) -> dict[str, Any]:
    answers = {_SEARCH: row.search, **row.answers}
    return {"program": row.program, **{name: _answer_json(one) for name, one in answers.items()}}


def _answer_json(one: Answer) -> dict[str, Any]:
    return {
        "gain": one.ratio,
        "verdict": one.gain.verdict.value if one.gain else None,
        "as_it_is": one.is_default,
        "error": one.error,
    }
