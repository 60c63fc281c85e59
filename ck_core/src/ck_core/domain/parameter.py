"""What may be varied when a program is tuned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ck_core.domain.installation import Installation


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One thing to vary.

    Attributes:
        name: unique in a session, e.g. ``-finline-functions``.
        values: the texts it may take; the first is the default.
        group: ``flags``, ``threads``, ``environment``, ...
        inexact: whether it may change results (the ``-ffast-math`` family).
        source: where it was read from, e.g. ``gcc-12 --help=optimizers``.
    """

    name: str
    values: tuple[str, ...]
    group: str
    inexact: bool = False
    source: str = ""


class Strategy(Protocol):
    """How to search: asked for a configuration, told its outcome."""

    def ask(self) -> Mapping[str, str]: ...

    def tell(self, configuration: Mapping[str, str], value: float | None) -> None: ...


@dataclass
class TuningSession:
    """What the autotune hook contributes to; the core owns loop, budget, seed and record."""

    compilers: tuple[Installation, ...] = ()
    parameters: dict[str, Parameter] = field(default_factory=dict)
    strategies: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def add_parameters(self, *parameters: Parameter) -> None:
        self.parameters.update({parameter.name: parameter for parameter in parameters})

    def add_strategy(self, name: str, factory: Callable[..., Any]) -> None:
        self.strategies[name] = factory
