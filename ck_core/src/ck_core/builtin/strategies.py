"""The core's own search strategies."""

from __future__ import annotations

from ck_core import hookimpl
from ck_core.domain.tuning.session import TuningSession
from ck_core.strategies.builtin import STRATEGIES


@hookimpl
def autotune(session: TuningSession) -> None:
    for name, factory in STRATEGIES.items():
        session.add_strategy(name, factory)
