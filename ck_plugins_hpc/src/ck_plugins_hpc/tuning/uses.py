"""Whether a program has ranks or threads; what it is built with tells."""

from __future__ import annotations

from collections.abc import Iterator

from ck_core.domain.tuning.session import TuningSession


def uses_mpi(session: TuningSession) -> bool:
    return "mpi" in {*_tags(session)}


def uses_openmp(session: TuningSession) -> bool:
    """By a requirement, or by a flag: ``-fopenmp``, ``$<<CK_COMPILER_FLAG_OPENMP>>$``."""
    plan = session.program.build
    flags = (plan.flags, plan.link_first, plan.link_last, *session.flags)
    return "openmp" in {*_tags(session)} or any("openmp" in one.lower() for one in flags)


def _tags(session: TuningSession) -> Iterator[str]:
    for found in session.compilers:
        yield from found.tags
    for needed in session.program.requirements:
        yield from needed.tags
