"""Predictions from Python, evaluated on what is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.tuning.options import TuningOptions
from ck_core.tuning.prediction.evaluation import EXPERIMENT, Row, evaluated, recorded_programs
from ck_core.tuning.prediction.predicting import check_one_objective
from ck_core.workspace.tunings import check_model, tuning_options


def evaluate(
    programs: Cid, models: Sequence[str], values: Mapping[str, object], context: Context
) -> list[Row]:
    """Raises UsageError, StorageError; what cannot be predicted of one program stops no other."""
    for model in models:
        check_model(model)

    def options_of(program: Cid) -> TuningOptions:
        return tuning_options(program, {"record": EXPERIMENT, **values})

    asked = options_of(Cid("program", "any"))
    check_one_objective(asked)
    product = asked.run.build.compiler.partition("@")[0]
    found = recorded_programs(asked.objectives[0].metric, product, programs, context)
    return [*evaluated(found, options_of, models, context)]
