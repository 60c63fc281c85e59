"""Which time variants are judged by."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ck_core.domain.metric import is_time
from ck_core.errors import UsageError


def check_metric(name: str) -> None:
    """Raises UsageError for what is no time."""
    if not is_time(name):
        raise UsageError(
            f"'{name}' is no time: variants are judged by wall_s, cpu_s, user_s, or a time that "
            "the program or a monitor measures",
            hint=f"everything is recorded: ckp compare experiment:NAME --metric {name}",
        )


def unmeasured(name: str, program: str, measured: Iterable[str]) -> UsageError:
    """Nothing tells that time of the program's repetitions."""
    known = sorted(filter(is_time, measured))
    near = next(iter(get_close_matches(name, known, n=1)), "")
    suggestion = f"did you mean {near}? " if near else ""
    return UsageError(
        f"nothing measures '{name}' of program:{program}",
        hint=f"{suggestion}times that are measured: {', '.join(known) or 'none'}",
    )
