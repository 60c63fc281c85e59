"""The commands of one build: run within its time limit, kept with what they said."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.variables import layered
from ck_core.system.processes import clean_environment, last_lines, run_tool

ERROR_LINES = 40


@dataclass
class CommandSession:
    """Runs a build's commands within its time limit and keeps what they said.

    Commands run in the build's directory, where Fortran leaves its modules, on the machine that
    the request names; the component's own directory is never written to.
    """

    request: BuildRequest
    started: float = field(default_factory=time.monotonic)
    commands: list[tuple[str, ...]] = field(default_factory=list)
    said: str = ""
    problem: str = ""

    def run(
        self,
        command: Sequence[str],
        *,
        directory: Path | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> bool:
        """Args: directory: the build's where it is None; variables: for this command alone."""
        self.commands.append(tuple(command))
        result = run_tool(
            [*self.request.started_by, *command],
            timeout_s=max(self.request.timeout_s - self._elapsed(), 0.001),
            directory=directory or self.request.directory,
            environment={**self._environment(), **(variables or {})},
        )
        text = self._readable(result.error_output or result.output)
        if result.timed_out:
            self.problem = f"timed out after {self.request.timeout_s:g} s: {shlex.join(command)}"
        elif result.status != 0:
            self.problem = text or f"exit status {result.status}: {shlex.join(command)}"
        else:
            self.said += self._readable(result.error_output)
        return not self.problem

    def failure(self, problem: str = "") -> BuildResult:
        return BuildResult(
            artifact=None,
            build_s=self._elapsed(),
            commands=tuple(self.commands),
            warnings=self.said,
            error=last_lines(problem or self.problem, ERROR_LINES),
        )

    def success(
        self,
        artifact: Path | None,
        flags: tuple[str, ...] = (),
        *,
        disassembly: str = "",
        products: Path | None = None,
    ) -> BuildResult:
        if artifact and not artifact.is_file():  # -S, -E and --help succeed as well
            last = shlex.join(self.commands[-1])
            return self.failure(f"{last}\nwrote no {artifact.name}; do the flags ask for one?")
        return BuildResult(
            artifact=artifact,
            size_bytes=artifact.stat().st_size if artifact else 0,
            build_s=self._elapsed(),
            flags=flags,
            disassembly_md5=disassembly,
            products=products,
            commands=tuple(self.commands),
            warnings=self.said,
        )

    def _environment(self) -> dict[str, str]:
        compiler = layered(clean_environment(), self.request.compiler.environment)
        return layered(compiler, self.request.environment)

    def _elapsed(self) -> float:
        return time.monotonic() - self.started

    def _readable(self, text: str) -> str:
        """Names the component's files as the component does: ``src/x.c:3:5: error``."""
        return text.replace(f"{self.request.source_root}/", "")
