"""What is asked of a search, with what only the program itself can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ck_core.context import Context
from ck_core.domain.program import parse_program
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.options import TuningOptions
from ck_core.stages.own_options import with_own_options


def asked(options: TuningOptions, own: Mapping[str, object], context: Context) -> TuningOptions:
    """With values for the program's own options, and its own metric where none is named.

    A variable that an option sets is not varied.

    Raises:
        CkpError: there is no such program, or it takes no such option or value.
    """
    metric = parse_program(context.store.get(options.run.build.program)).metric
    objectives = options.objectives or (Objective(metric=metric),)
    return replace(options, run=with_own_options(options.run, own, context), objectives=objectives)
