"""Finds what ``soft`` components describe: data only, nothing of theirs is run."""

from __future__ import annotations

from collections.abc import Sequence
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
    """What is in the usual places, and in ``places``; compilers have plugins of their own."""
    concerned = [one for one in softs if one.is_data and one.concerns(requirement)]
    fitting = [one for one in concerned if one.conditions.hold(platform, {})]
    if not fitting:
        return ()
    from ck_core.builtin.softs.describing import described  # noqa: PLC0415  # start-up time
    from ck_core.builtin.softs.looking import found_files  # noqa: PLC0415  # likewise
    from ck_core.builtin.softs.places import Places  # noqa: PLC0415  # likewise

    where = Places(places)
    return tuple(
        installation
        for soft in fitting
        for found in found_files(soft, platform, where)
        if (installation := described(found, soft, platform))
    )
