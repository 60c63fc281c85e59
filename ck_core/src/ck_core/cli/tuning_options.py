"""Command-line values of ``ckp autotune`` become options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import click
from click.core import ParameterSource

from ck_core.cli.launcher_options import Given, launcher_of, told_once
from ck_core.cli.options_of import build_options_of
from ck_core.cli.record_options import record_of
from ck_core.domain.build import Level
from ck_core.domain.cid import Cid
from ck_core.domain.options import RecordOptions, RunOptions
from ck_core.domain.tuning.objective import objectives_of
from ck_core.domain.tuning.options import Budget, Care, TuningOptions
from ck_core.domain.variation_text import split_values
from ck_core.errors import UsageError

Values = tuple[str, ...] | None
_BUDGET = {"evaluations": "evaluations", "max_time": "max_time_s", "patience": "patience"}
"""Options, and what they are of a budget."""


def tuning_options_of(
    cid: Cid,
    *,
    objective: Values,
    maximize: Values,
    constraint: tuple[str, ...],
    tune: Values,
    param: tuple[tuple[str, str], ...],
    allow_inexact: bool,
    strategy: str,
    evaluations: int,
    max_time: float | None,
    patience: int | None,
    repeat: int,
    finals: int,
    no_reduction: bool,
    from_scratch: bool,
    seed: int | None,
    pin: str,
    cmd_key: str,
    dataset: str,
    env: tuple[tuple[str, str], ...],
    launcher: Given,
    jobs: int,
    record_uoa: str,
    **build: Any,
) -> TuningOptions:
    """``build`` is what ``build_options_of`` takes; the level is a parameter."""
    options = build_options_of(cid, **build)
    return TuningOptions(
        run=RunOptions(
            build=replace(options, level=Level.DEFAULT),
            command_key=cmd_key,
            dataset=dataset,
            environment=dict(env),
            launcher=launcher_of(launcher),
            launcher_options=told_once(launcher),
        ),
        objectives=objectives_of(objective or (), maximize or ()),
        groups=tune or (),
        own={name: split_values(text) for name, text in param},
        allow_inexact=allow_inexact,
        constraints=constraint,
        strategy=strategy,
        budget=Budget(evaluations=evaluations, max_time_s=max_time, patience=patience),
        care=Care(
            repetitions=repeat, final_repetitions=finals, reduces=not no_reduction, jobs=jobs
        ),
        seed=seed,
        record=_record(cid, record_uoa),
        pin=pin,
        from_scratch=from_scratch,
    )


def budget_changed(choices: Mapping[str, Any]) -> Callable[[Budget], Budget] | None:
    """What the user says of the budget of a search that goes on; None leaves it as it was."""
    typed = _given()
    values = {field: choices[name] for name, field in _BUDGET.items() if name in typed}
    return (lambda budget: replace(budget, **values)) if values else None


def check_only_budget() -> None:
    """Raises UsageError for what a search that goes on would leave unheeded."""
    left_out = sorted(_given() - {*_BUDGET, "resume", "trust", "quiet", "as_json"})
    if left_out:
        name = _spelled(left_out[0])
        raise UsageError(
            f"a search goes on as it was asked for: {name} cannot be changed",
            hint="--resume takes --evaluations, --max-time, --patience and --trust besides",
        )


def _given() -> set[str]:
    """Names of what the user typed."""
    context = click.get_current_context()
    source = context.get_parameter_source
    not_typed = (ParameterSource.DEFAULT, None)  # None is of the program's own options, together
    return {one for one in context.params if source(one) not in not_typed or _is_own(one)}


def _is_own(name: str) -> bool:
    return name == "own" and bool(click.get_current_context().params[name])


def _spelled(name: str) -> str:
    if _is_own(name):
        return f"--{min(click.get_current_context().params[name])}"
    found = next(one for one in click.get_current_context().command.params if one.name == name)
    return found.opts[0] if isinstance(found, click.Option) else "the program"


def _record(cid: Cid, name: str) -> RecordOptions:
    """Always: a search that is not on the disk cannot be resumed."""
    found = record_of(name or f"tune-{cid.name}", frozenset(), record=True)
    assert found is not None  # noqa: S101  # something is asked to be kept
    return found
