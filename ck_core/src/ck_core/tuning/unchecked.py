"""Whether outputs are checked: a search finds whatever is fast, and wrong code may be."""

from __future__ import annotations

from collections.abc import Mapping

from ck_core.domain.metric import Metric
from ck_core.experiments.measuring.series import CORRECT


def unchecked(program: str, metrics: Mapping[str, Metric], *, allow_inexact: bool) -> str:
    """A warning; empty where outputs were checked.

    Args:
        metrics: of the program as it is.
    """
    found = metrics.get(CORRECT)
    if found is not None and found.value is not None:
        return ""
    why = f" ({found.detail})" if found and found.detail else ""
    graver = ", though values that may change results are tried" if allow_inexact else ""
    return (
        f"outputs of program:{program} are not checked{why}{graver}: what gives wrong results may "
        f"win; a reference helps: ckp run program:{program} --record_reference"
    )
