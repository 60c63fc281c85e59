"""Strategies of other packages: whatever is wrong with one is said of it, by its plugin's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from signal import SIGHUP, SIGTERM
from typing import cast

from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.strategy import Problem, Strategy, StrategyFactory, Trial
from ck_core.errors import CkpError, PluginError
from ck_core.tuning.deadline import TimeIsUpError

_PARTS = ("ask", "tell")
_SIGNALS = {128 + SIGTERM, 128 + SIGHUP}
"""How ckp itself ends on a signal, wherever it comes."""


def guarded(title: str, factory: StrategyFactory, problem: Problem) -> Strategy:
    """The factory's strategy; of what it asks only what the space holds comes through.

    Args:
        title: the strategy and its plugin, for people.

    Raises:
        PluginError: the factory fails, or makes no strategy.
        CkpError: as the factory does, e.g. where a library is missing.
    """
    with _blamed(title, "when it was made"):
        made: object = factory(problem)
        missing = [part for part in _PARTS if not callable(getattr(made, part, None))]
    if missing:
        kind = type(made).__name__
        raise PluginError(f"{title} is no strategy: its factory gave {kind}, without {missing[0]}")
    return GuardedStrategy(title=title, strategy=cast("Strategy", made), space=problem.space)


@dataclass(frozen=True, kw_only=True)
class GuardedStrategy:
    """A strategy that answers as its interface says, or raises PluginError."""

    title: str
    strategy: Strategy
    space: Space

    def ask(self) -> Configuration | None:
        """Normalized."""
        with _blamed(self.title, "in ask"):
            asked: object = self.strategy.ask()
            return None if asked is None else self._checked(asked)

    def tell(self, trial: Trial) -> None:
        with _blamed(self.title, "in tell"):
            self.strategy.tell(trial)

    def _checked(self, asked: object) -> Configuration:
        if not isinstance(asked, Mapping):
            raise PluginError(f"{self.title} asked for {asked!r:.200}, which is no configuration")
        for name, value in asked.items():
            self._check_value(name, value)
        found = self.space.normalized(asked)
        broken = self.space.broken(found) if found else None  # what is as it is is always allowed
        if broken is not None:
            raise PluginError(
                f"{self.title} asked for {dict(found)!r:.200}, which breaks {broken.text}"
            )
        return found

    def _check_value(self, name: object, value: object) -> None:
        known = self.space.by_name.get(name) if isinstance(name, str) else None
        if known is None:
            raise PluginError(f"{self.title} asked for {name!r:.80}, which is not varied")
        if not isinstance(value, str) or value not in known.values:
            raise PluginError(
                f"{self.title} asked for {value!r:.80} as {name}, which is none of its values"
            )


@contextmanager
def _blamed(title: str, when: str) -> Iterator[None]:
    """What a stranger's code raises becomes PluginError; SystemExit ends no search in silence."""
    try:
        yield
    except (CkpError, TimeIsUpError):
        raise
    except (Exception, SystemExit) as error:
        if isinstance(error, SystemExit) and error.code in _SIGNALS:
            raise
        raise PluginError(
            f"{title} failed {when}: {type(error).__name__}: {error}",
            hint="every trial so far is recorded; --strategy names another",
        ) from error
