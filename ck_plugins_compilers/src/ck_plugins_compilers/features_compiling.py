"""Compiling a program's sources for what the compiler says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ck_core.domain.build import BuildRequest
from ck_core.errors import BuildError
from ck_core.system.processes import last_lines
from ck_plugins_compilers.build_session import ERROR_LINES, CommandSession
from ck_plugins_compilers.build_words import compiler_command, program_words, tool_flags


def compiled(request: BuildRequest, source: Path, last: Sequence[str]) -> None:
    """With the program's and the user's flags, then ``last``, which win.

    Raises:
        BuildError: the compiler refuses.
    """
    session = CommandSession(request)
    tool = compiler_command(request)
    words = [*tool_flags(request), *program_words(request), *request.flags, *last]
    if not tool or not session.run([*tool, *words, str(request.source_root / source)]):
        problem = session.problem or f"{request.compiler.name} sets no {request.compiler_variable}"
        raise BuildError(
            f"{source} does not compile with {request.compiler.label}",
            hint="ckp compile shows whether the program builds at all",
            details=last_lines(problem, ERROR_LINES),
        )


def lines_of(file: Path) -> Iterator[str]:
    """Nothing where the compiler had nothing to say of a source without functions."""
    if not file.is_file():
        return
    with file.open(encoding="utf-8", errors="replace") as stream:
        for line in stream:
            yield line.rstrip("\n")
