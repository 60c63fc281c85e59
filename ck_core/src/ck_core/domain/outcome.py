"""What the pipeline found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ck_core.domain.build import BuildResult
from ck_core.domain.command import Command
from ck_core.domain.dataset import Dataset
from ck_core.domain.installation import Installation
from ck_core.domain.metric import Metric
from ck_core.domain.program import COMPILER, Program
from ck_core.domain.run import RunResult
from ck_core.domain.source import Source
from ck_core.domain.target import Target, parse_target


@dataclass(frozen=True, kw_only=True)
class BuildOutcome:
    """A program that was built. ``resolved`` maps requirement keys to installations."""

    program: Program
    resolved: Mapping[str, Installation]
    build: BuildResult

    @property
    def compiler(self) -> Installation | None:
        """What built it; else what interprets it, where that is called so."""
        return self.program.compiler_of(self.resolved) or self.resolved.get(COMPILER)

    @property
    def target(self) -> Target | None:
        """What its binary is for; None where nothing is compiled."""
        triple = self.compiler.target if self.compiler else ""
        return parse_target(triple) if triple else None

    @property
    def emulator(self) -> Installation | None:
        """What its binary runs under; a time measured so is no time of the target's."""
        return self.resolved.get("emulator")

    @property
    def driver(self) -> str:
        """The executable that compiled; a compiler has one for each language."""
        if self.compiler is None:
            return ""
        variable = self.program.compiler_variable
        return self.compiler.environment.get(variable, str(self.compiler.path))


@dataclass(frozen=True, kw_only=True)
class BuiltCommand:
    """A program that was built, and which command of it is to run on what."""

    built: BuildOutcome
    command: Command
    dataset: Dataset | None

    @property
    def program(self) -> Program:
        return self.built.program


@dataclass(frozen=True, kw_only=True)
class RunOutcome:
    """A program that was built, run and judged.

    ``sources`` tells where ``program`` and ``dataset`` came from.
    """

    built: BuildOutcome
    command_key: str
    dataset: str
    sources: Mapping[str, Source]
    run: RunResult
    metrics: Mapping[str, Metric]

    @property
    def correct(self) -> bool | None:
        """Whether the output is the reference's; None where there is no reference."""
        value = self.metrics["correct"].value if "correct" in self.metrics else None
        return None if value is None else bool(value)
