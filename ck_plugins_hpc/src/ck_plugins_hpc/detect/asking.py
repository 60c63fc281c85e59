"""Asking a cluster's tools, which may hang where their servers do not answer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from ck_core.domain.requirement import Requirement
from ck_core.system.processes import ToolResult, clean_environment, run_tool

LIMIT_S = 5.0
"""A sound controller answers in milliseconds; Slurm's tools themselves try for 9 to 60 s."""


def tool_on_path(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found and Path(found).is_absolute() else None


def ask(tool: Path, *arguments: str, variables: Iterable[str] = ()) -> ToolResult:
    """In a clean environment; ``variables`` of the user's are passed besides."""
    passed = {name: os.environ[name] for name in variables if name in os.environ}
    return run_tool(
        [str(tool), *arguments], timeout_s=LIMIT_S, environment={**clean_environment(), **passed}
    )


def reason_of(result: ToolResult) -> str:
    """Why a tool gave no answer, in its own words where it has any."""
    lines = [one.strip() for one in result.error_output.splitlines() if one.strip()]
    said = f" ({lines[-1]:.120})" if lines else ""
    return f"no answer within {LIMIT_S:g} s{said}" if result.timed_out else f"an error{said}"


def concerns(requirement: Requirement, own: frozenset[str], telling: frozenset[str]) -> bool:
    """Whether looking is worth the time.

    Args:
        own: all tags that do not depend on what is found.
        telling: those of them that nobody else's products have.
    """
    wanted = requirement.tags
    return bool(wanted & telling) or bool(wanted and wanted <= own)
