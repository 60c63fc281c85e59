"""Where a machine's own files and tools are."""

from __future__ import annotations

import os
import platform
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from ck_core.system.processes import ToolResult, clean_environment, run_tool

_ALSO_SEARCHED = ("/usr/sbin", "/sbin")


@dataclass(frozen=True, kw_only=True)
class Roots:
    """The machine that is looked at: this one, or one recorded below another root.

    Attributes:
        root: what ``/proc``, ``/sys`` and ``/etc`` lie in.
        search_path: directories of tools, as in PATH; None for the user's own, and ``/usr/sbin``.
        system, architecture: as ``uname`` names them.
        timeout_s: what one tool may take. All run at once, so that hanging ones cost this in all.
    """

    root: Path = Path("/")
    search_path: str | None = None
    system: str = field(default_factory=platform.system)
    architecture: str = field(default_factory=platform.machine)
    timeout_s: float = 10.0

    @property
    def is_here(self) -> bool:
        return self.root == Path("/")

    def run(self, *arguments: str) -> ToolResult | None:
        """What a tool says; None where it is not there. Nothing secret reaches it."""
        path = self._path()
        tool = shutil.which(arguments[0], path=path)
        if tool is None:
            return None
        environment = {**clean_environment(), "PATH": path}
        return run_tool([tool, *arguments[1:]], timeout_s=self.timeout_s, environment=environment)

    def _path(self) -> str:
        if self.search_path is not None:
            return self.search_path
        return os.pathsep.join([os.environ.get("PATH", os.defpath), *_ALSO_SEARCHED])
