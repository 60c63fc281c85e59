"""What no longer builds may be the machine's fault, from which no strategy shall learn."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from ck_core.errors import BuildError, CkpError, StorageError
from ck_core.pipeline import built_with
from ck_core.tuning.application import applied
from ck_core.tuning.candidates import Candidate
from ck_core.tuning.workshop import Workshop


def check_still_builds(candidates: Sequence[Candidate], workshop: Workshop, again: str) -> None:
    """Where nothing of a round builds, the program as it is must: it did when the search began.

    A compiler that is no longer there is noticed at the first failure.

    Args:
        candidates: built just now.
        again: the command that goes on with the search.

    Raises:
        BuildError: it does not; nothing of the round was recorded.
        StorageError: as of every build.
    """
    failed = [one for one in candidates if one.series.stage == "build"]
    if not failed or (len(failed) < len(candidates) and _is_there(workshop)):
        return
    problem = _problem(workshop)
    if problem is not None:
        raise BuildError(
            f"program:{workshop.program} no longer builds as it is: was its compiler changed?",
            hint=f"{again} goes on when it does: nothing of the last builds is recorded",
            details=problem.details or problem.message,
        )


def _is_there(workshop: Workshop) -> bool:
    compiler = workshop.ready.built.compiler
    return compiler is None or os.access(compiler.path, os.X_OK)


def _problem(workshop: Workshop) -> CkpError | None:
    """Of a build from nothing."""
    options = applied(workshop.run_options, workshop.space, {})
    options = replace(options, build=replace(options.build, rebuild=True))
    context = workshop.contexts.of(workshop.contexts.target, silent=True)
    try:
        found = built_with(workshop.ready, options, context, workshop.builds.directory)
    except StorageError:
        raise
    except CkpError as error:
        return error
    workshop.builds.hold(found.built.build)
    workshop.builds.release(found.built.build)
    return None
