"""Values for a program's own options become choices of a run."""

from __future__ import annotations

from collections.abc import Mapping

from ck_core.context import Context
from ck_core.domain.options import RunOptions
from ck_core.domain.program import parse_program
from ck_core.domain.program_options.applying import with_program_options


def with_own_options(run: RunOptions, given: Mapping[str, object], context: Context) -> RunOptions:
    """As ``with_program_options``; nothing is read where nothing is given.

    Raises:
        CkpError: there is no such program, or it takes no such option or value.
    """
    if not given and not run.dataset:
        return run
    program = parse_program(context.store.get(run.build.program))
    return with_program_options(run, program, given)
