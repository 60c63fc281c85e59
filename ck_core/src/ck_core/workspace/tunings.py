"""Searches from Python: the options of ``ckp autotune`` by plain names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypedDict

from ck_core.context import Context
from ck_core.domain.build import Level
from ck_core.domain.cid import Cid, parse_name
from ck_core.domain.options import BuildOptions, RecordOptions, ResolvePolicy, RunOptions
from ck_core.domain.tuning.objective import objectives_of
from ck_core.domain.tuning.options import (
    DEFAULT_STRATEGY,
    MODELS,
    Budget,
    Care,
    TuningOptions,
)
from ck_core.errors import UsageError
from ck_core.tuning.asked import asked
from ck_core.workspace.given import Given

_MANY = 1_000_000


class Goal(TypedDict, total=False):
    """When a search ends; None is no limit.

    Attributes:
        evaluations: 200 by default; of a search that goes on what it had.
    """

    evaluations: int | None
    max_time_s: float | None
    patience: int | None


class Tuning(Goal, total=False):
    """What ``Workspace.autotune`` takes.

    Attributes:
        command: which of the program's; ``dataset`` what it runs on.
        options: of the program's own, name to value; what they set is not varied.
        flags: compiler flags of every variant, one text or a list: ``-fopenmp -DN=100``.
        environment: variables of every run.
        deps: what to take for a dependency; ``dep_tags`` tags that it must have.
        install: False takes only what is here already.
        change_system: True lets a package manager change this system.
        objectives: metrics that shall be small; ``maximize`` be large. Where both are empty it is
            the time that the program is judged by, mostly ``wall_s``.
        constraints: conditions on metrics: ``size_bytes<30kB``.
        groups: of parameters; all by default.
        own: parameters to vary as well, name to values, named as ``--param`` has them.
        repetitions: of a candidate that may be good, 5; ``final_repetitions`` of the last runs, 30.
        reduce: False keeps flags of the winner that do not matter.
        launcher: who executes, ``local`` by default; ``launcher_options`` what it is told.
        jobs: candidates that are measured side by side, where a launcher runs them elsewhere.
        record: the experiment; ``tune-PROGRAM`` by default.
    """

    compiler: str
    command: str
    dataset: str
    options: Mapping[str, object]
    flags: str | Sequence[str]
    environment: Mapping[str, object]
    deps: Mapping[str, str]
    dep_tags: Mapping[str, Sequence[str]]
    install: bool
    change_system: bool
    objectives: Sequence[str]
    maximize: Sequence[str]
    constraints: Sequence[str]
    groups: Sequence[str]
    own: Mapping[str, Sequence[object]]
    allow_inexact: bool
    strategy: str
    repetitions: int
    final_repetitions: int
    reduce: bool
    from_scratch: bool
    seed: int | None
    pin: str
    launcher: str
    launcher_options: Mapping[str, object]
    jobs: int
    record: str | Cid


_GOAL = ("evaluations", "max_time_s", "patience")
_NAMES = (*(name for name in Tuning.__annotations__ if name not in _GOAL), *_GOAL)


def asked_tuning(program: Cid, values: Mapping[str, object], context: Context) -> TuningOptions:
    """With the program's own options; raises as ``asked`` besides."""
    options = tuning_options(program, values)
    return asked(options, Given("autotune", values).mapping("options"), context)


def tuning_options(program: Cid, values: Mapping[str, object]) -> TuningOptions:
    """Raises UsageError for a program, a name or a value that cannot be meant."""
    given = Given("autotune", values)
    given.check_names(_NAMES)
    _check_program(program)
    return TuningOptions(
        run=_run(program, given),
        objectives=objectives_of(given.texts("objectives"), given.texts("maximize")),
        groups=given.texts("groups"),
        own=given.lists("own"),
        allow_inexact=given.flag("allow_inexact"),
        constraints=given.texts("constraints"),
        strategy=given.text("strategy", DEFAULT_STRATEGY),
        budget=replace(Budget(), **_budget(given)),
        care=_care(given),
        seed=given.whole("seed", 0, 2**63 - 1),
        record=RecordOptions(experiment=_experiment(given, program)),
        pin=given.text("pin", "none"),
        from_scratch=given.flag("from_scratch"),
    )


def budget_changed(values: Mapping[str, object]) -> Callable[[Budget], Budget] | None:
    """Of a search that goes on: None leaves it as it was; raises UsageError."""
    given = Given("resume_tuning", values)
    given.check_names(_GOAL)
    found = _budget(given)
    return (lambda budget: replace(budget, **found)) if found else None


def check_model(model: str) -> None:
    """Raises UsageError."""
    if model not in MODELS:
        raise UsageError(f"there is no model {model!r:.60}", hint=f"model is {', '.join(MODELS)}")


def _check_program(cid: Cid) -> None:
    if cid.kind != "program" or cid.is_pattern:
        raise UsageError(f"autotune works on one program, not on '{cid}'", hint="program:NAME")


def _run(program: Cid, given: Given) -> RunOptions:
    tags = given.lists("dep_tags")
    return RunOptions(
        build=BuildOptions(
            program=program,
            compiler=given.text("compiler"),
            wishes=given.mapping("deps"),
            wished_tags={key: frozenset(found) for key, found in tags.items()},
            policy=ResolvePolicy(
                installs=given.flag("install", default=True),
                allowed_system=given.flag("change_system"),
            ),
            level=Level.DEFAULT,
            flags=given.words("flags"),
        ),
        command_key=given.text("command"),
        dataset=given.text("dataset"),
        environment=given.mapping("environment"),
        launcher=given.text("launcher", RunOptions.launcher),
        launcher_options=given.mapping("launcher_options"),
    )


def _budget(given: Given) -> dict[str, Any]:
    """Attributes of a ``Budget``, only those that are given: None among them is no limit."""
    found = {
        "evaluations": given.whole("evaluations", 1, _MANY),
        "max_time_s": given.seconds("max_time_s"),
        "patience": given.whole("patience", 1, _MANY),
    }
    return {name: value for name, value in found.items() if name in given.values}


def _care(given: Given) -> Care:
    return Care(
        repetitions=given.whole("repetitions", 1, 1000) or Care.repetitions,
        final_repetitions=given.whole("final_repetitions", 2, 10_000) or Care.final_repetitions,
        reduces=given.flag("reduce", default=True),
        jobs=given.whole("jobs", 1, 10_000) or Care.jobs,
    )


def _experiment(given: Given, program: Cid) -> Cid:
    record = given.values.get("record")
    if isinstance(record, Cid):
        return record
    return parse_name(given.text("record") or f"tune-{program.name}", "experiment")
