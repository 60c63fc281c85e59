"""Detects job managers and MPI, and all that modules and Spack offer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.soft import Soft
from ck_core.domain.target import Platform


@hookimpl
def detect(
    requirement: Requirement, platform: Platform, softs: Sequence[Soft], places: Sequence[Path]
) -> Sequence[Installation]:
    """What modules and Spack offer is not looked at for what was just installed."""
    from ck_plugins_hpc.detect.flux import detect_flux  # noqa: PLC0415  # start-up time
    from ck_plugins_hpc.detect.mpi import detect_mpi  # noqa: PLC0415  # likewise
    from ck_plugins_hpc.detect.slurm import detect_slurm  # noqa: PLC0415  # likewise

    own = (
        *detect_slurm(requirement),
        *detect_flux(requirement),
        *detect_mpi(requirement, places),
    )
    offered = () if places else tuple(_offered(requirement, platform, softs))
    return tuple({one.uid: one for one in (*own, *offered)}.values())


def _offered(
    requirement: Requirement, platform: Platform, softs: Sequence[Soft]
) -> Iterator[Installation]:
    """What others find there as well."""
    from ck_plugins_hpc.detect.modules import module_offers  # noqa: PLC0415  # start-up time
    from ck_plugins_hpc.detect.offers import wanted_words  # noqa: PLC0415  # likewise
    from ck_plugins_hpc.detect.spack import spack_offers  # noqa: PLC0415  # likewise

    words = wanted_words(requirement)
    offers = (*module_offers(words), *spack_offers(words))
    if offers:
        from ck_plugins_hpc.detect.within import found_within  # noqa: PLC0415  # likewise

        yield from found_within(offers, requirement, platform, softs)
