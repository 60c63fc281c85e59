"""Predictions from Python, evaluated on what is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.tuning.prediction.evaluation import EXPERIMENT, Row, evaluated
from ck_core.workspace.given import Given
from ck_core.workspace.tunings import check_model, tuning_options


def evaluate(
    programs: Cid, models: Sequence[str], values: Mapping[str, object], context: Context
) -> list[Row]:
    """Raises UsageError, StorageError; what cannot be predicted of one program stops no other."""
    for model in models:
        check_model(model)
    options = tuning_options(Cid("program", "any"), {"record": EXPERIMENT, **values})
    own = Given("autotune", values).mapping("options")
    return [*evaluated(options, own, programs, models, context)]
