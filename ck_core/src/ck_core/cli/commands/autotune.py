"""ckp autotune program:NAME"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from ck_core.cli.arguments import (
    json_option,
    optional_cid_argument,
    program_cid,
    resolve_options,
    tags_option,
)
from ck_core.cli.launcher_options import launcher_option
from ck_core.cli.own_options import ProgramCommand
from ck_core.cli.types import CidType, FlagsType, PairType, SecondsType
from ck_core.cli.variant_types import ValuesType
from ck_core.domain.cid import Cid
from ck_core.domain.tuning.options import DEFAULT_STRATEGY, EVALUATIONS, MODELS, Care

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ck_core.cli.tuning_request import TuningRequest
    from ck_core.context import Context
    from ck_core.domain.tuning.options import TuningOptions
    from ck_core.errors import UsageError
    from ck_core.tuning.outcome import TuningOutcome


@click.command(cls=ProgramCommand, name="autotune")
@optional_cid_argument
@click.option(
    "--resume",
    type=CidType(),
    metavar="experiment:NAME",
    help="Go on with the latest search recorded there, as it was asked for.",
)
@click.option(
    "--predict",
    is_flag=True,
    help="Do not search: measure what searches of other programs suggest.",
)
@click.option(
    "--model",
    type=click.Choice(MODELS),
    default=MODELS[0],
    show_default=True,
    help="What predicts; all but nearest need ck-core[learning].",
)
@click.option(
    "--trust", is_flag=True, help="With --resume: also what may run things by flags or variables."
)
@click.option(
    "--evaluate",
    is_flag=True,
    help="With --predict: what it would gain for each program that was searched.",
)
@click.option("--cmd-key", default="", metavar="KEY", help="Which command of the program.")
@click.option(
    "--dataset", "--dataset-uoa", default="", metavar="NAME", help="Which dataset to run on."
)
@click.option(
    "--flags",
    type=FlagsType(),
    multiple=True,
    help="Compiler flags that every variant has; what they say is not varied.",
)
@click.option(
    "--env",
    type=PairType(),
    multiple=True,
    help="--env.NAME=VALUE: variables of every run; they are not varied either.",
)
@click.option("--list", "list_only", is_flag=True, help="Show what may be varied, and stop.")
@click.option(
    "--objective",
    type=ValuesType(),
    metavar="A,B",
    help="Metrics that shall be small; else the program's own, else wall_s.",
)
@click.option("--maximize", type=ValuesType(), metavar="A,B", help="Metrics that shall be large.")
@click.option("--constraint", multiple=True, metavar="'M<N'", help="What a metric must fulfil.")
@click.option("--tune", type=ValuesType(), metavar="A,B", help="Groups of parameters; else all.")
@click.option(
    "--param",
    type=PairType("--param TILE=8,16,32"),
    multiple=True,
    metavar="NAME=A,B",
    help="Vary this as well: a macro, env.NAME, a -flag; or these values of a parameter.",
)
@click.option("--allow-inexact", is_flag=True, help="Flags that may change results, as well.")
@click.option("--strategy", default=DEFAULT_STRATEGY, show_default=True, help="How to search.")
@click.option(
    "--evaluations",
    type=click.IntRange(1, 1_000_000),
    default=EVALUATIONS,
    show_default=True,
    help="Programs to build at the most.",
)
@click.option(
    "--max-time", type=SecondsType(), help="Seconds for the search of a program at the most."
)
@click.option(
    "--total-time",
    type=SecondsType(),
    help="Of several programs: seconds for all at the most, shared evenly among them.",
)
@click.option(
    "--patience", type=click.IntRange(1, 1_000_000), help="Stop after so many without a better one."
)
@click.option(
    "--repeat",
    type=click.IntRange(1, 1000),
    default=Care.repetitions,
    show_default=True,
    help="Repetitions of a candidate that may be good; a new best gets four times as many.",
)
@click.option(
    "--finals",
    type=click.IntRange(2, 10_000),
    default=Care.final_repetitions,
    show_default=True,
    help="Repetitions of each in the finals.",
)
@click.option("--no-reduction", is_flag=True, help="Keep flags that do not matter.")
@click.option("--from-scratch", is_flag=True, help="Begin without what earlier searches found.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Drawn and recorded by default.")
@click.option("--pin", default="none", show_default=True, help="CPUs, or auto, or none.")
@launcher_option
@click.option(
    "--jobs",
    type=click.IntRange(1, 10_000),
    default=Care.jobs,
    show_default=True,
    help="Candidates side by side, where a launcher runs them elsewhere.",
)
@click.option(
    "--record-uoa", default="", metavar="NAME", help="Experiment to record in; tune-PROGRAM else."
)
@tags_option
@resolve_options
@json_option
def command(
    *,
    cid: Cid | None,
    resume: Cid | None,
    predict: bool,
    model: str,
    evaluate: bool,
    trust: bool,
    list_only: bool,
    tags: frozenset[str],
    total_time: float | None,
    target: str,
    quiet: bool,
    as_json: bool,
    own: Mapping[str, str],
    **choices: Any,
) -> None:
    """Search for compiler flags and parameters that make a program faster, or smaller.

    Several programs (program:* --tags=suite) are tuned one after the other; then each winner is
    measured on all of them. --max-time limits each of their searches, --total-time all of them
    with their finals.

    A compiler's own flags are read from the compiler, tried, and kept per version. Flags that
    may change results are left out, unless --allow-inexact lets them in.
    """
    from ck_core.cli.options_of import target_of
    from ck_core.cli.tuning_progress import TuningReporter
    from ck_core.cli.tuning_request import TuningRequest
    from ck_core.context import Context

    context = Context(TuningReporter(quiet=quiet), target_of(target))
    request = TuningRequest(choices=choices, own=own, context=context)
    several = cid if cid and not resume and (cid.is_pattern or tags) else None
    if trust and not resume:
        raise _trust_alone()
    if total_time is not None and (evaluate or not several):
        raise _not_several()
    if not predict and not resume and _is_typed("model"):
        raise _model_alone()
    if evaluate:
        _check_predicts(predict=predict, resume=resume)
        _evaluate(cid, model, request, as_json=as_json)
    elif resume:
        _check_alone(predict=predict)
        _show(_resumed(resume, choices, context, trusted=trust), as_json=as_json)
    elif several:
        _check_alone(predict=predict, what="several programs")
        if list_only:
            _list_several(several, tags, request, as_json=as_json)
        else:
            _of_several(several, tags, request, limit_s=total_time, as_json=as_json)
    else:
        options = request.of(program_cid(_named(cid), "autotune"))
        if list_only:
            _list(options, context, as_json=as_json)
        else:
            _show(_searched(options, model if predict else "", context), as_json=as_json)


def _evaluate(cid: Cid | None, model: str, request: TuningRequest, *, as_json: bool) -> None:
    from ck_core.cli.tuning_evaluation import evaluate

    evaluate(cid, model, request, as_json=as_json)


def _of_several(
    cid: Cid,
    tags: frozenset[str],
    request: TuningRequest,
    *,
    limit_s: float | None,
    as_json: bool,
) -> None:
    from ck_core.cli.tuning_suite import tune_suite

    tune_suite(cid, tags, request, limit_s=limit_s, as_json=as_json)


def _list_several(cid: Cid, tags: frozenset[str], request: TuningRequest, *, as_json: bool) -> None:
    from ck_core.cli.tuning_suite import list_suite

    list_suite(cid, tags, request, as_json=as_json)


def _resumed(
    experiment: Cid, choices: Mapping[str, Any], context: Context, *, trusted: bool
) -> TuningOutcome:
    from ck_core.cli.tuning_options import budget_changed, check_only_budget
    from ck_core.tuning.autotune import resumed

    check_only_budget()
    return resumed(experiment, budget_changed(choices), context, trusted=trusted)


def _list(options: TuningOptions, context: Context, *, as_json: bool) -> None:
    from ck_core.cli.tuning_listing import show_parameters
    from ck_core.tuning.spaces import offered_parameters

    offered = offered_parameters(options, context)
    show_parameters(offered, allow_inexact=options.allow_inexact, as_json=as_json)


def _searched(options: TuningOptions, model: str, context: Context) -> TuningOutcome:
    if model:
        from ck_core.tuning.prediction.predicting import predicted

        return predicted(options, model, context)
    from ck_core.tuning.autotune import autotune

    return autotune(options, context)


def _show(outcome: TuningOutcome, *, as_json: bool) -> None:
    """Raises UnfulfilledError, KeyboardInterrupt: there is something to show, and yet."""
    from ck_core.cli.tuning_report import show_tuning
    from ck_core.tuning.unfulfilled import winner_breaks

    show_tuning(outcome, as_json=as_json)
    if outcome.interrupted:
        raise KeyboardInterrupt
    if outcome.winner and outcome.winner.breaks:
        raise winner_breaks(outcome.winner)


def _check_predicts(*, predict: bool, resume: Cid | None) -> None:
    from ck_core.errors import UsageError

    if not predict or resume:
        raise UsageError(
            "--evaluate is of predictions, and of all that is recorded",
            hint="ckp autotune --predict --evaluate --compiler=gcc",
        )


def _not_several() -> UsageError:
    from ck_core.errors import UsageError

    return UsageError("--total-time is for several programs", hint="--max-time is for one search")


def _check_alone(*, predict: bool, what: str = "--resume") -> None:
    from ck_core.errors import UsageError

    if predict:
        raise UsageError(f"--predict and {what} exclude each other", hint="take one of them")


def _trust_alone() -> UsageError:
    from ck_core.errors import UsageError

    return UsageError(
        "--trust is for searches that others recorded", hint="give --resume experiment:NAME with it"
    )


def _is_typed(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is not click.core.ParameterSource.DEFAULT


def _model_alone() -> UsageError:
    from ck_core.errors import UsageError

    return UsageError("--model is what predicts", hint="give --predict with it")


def _named(cid: Cid | None) -> Cid:
    from ck_core.errors import UsageError

    if cid is None:
        raise UsageError(
            "ckp autotune needs a program",
            hint="ckp autotune program:NAME, or --resume experiment:NAME",
        )
    return cid
