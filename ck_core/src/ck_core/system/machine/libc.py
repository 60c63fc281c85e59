"""The C library."""

from __future__ import annotations

import os
import re
from contextlib import suppress

from ck_core.system.machine.roots import Roots
from ck_core.system.machine.tree import Tree
from ck_core.system.processes import run_tool

_MUSL_LOADER = re.compile(r"ld-musl-[a-z0-9_]+\.so\.1")
_MUSL_VERSION = re.compile(r"^Version ([0-9][0-9.]{0,20})", re.MULTILINE)


def find_libc(roots: Roots) -> str:
    """Name and version, such as ``glibc 2.36`` or ``musl 1.2.5``; empty where none can tell.

    The C library itself tells, as ``getconf GNU_LIBC_VERSION`` asks it; musl's loader does.
    """
    if roots.is_here:
        with suppress(ValueError, OSError, AttributeError):  # only glibc knows that name
            return os.confstr("CS_GNU_LIBC_VERSION") or ""
    return find_musl(roots)


def find_musl(roots: Roots) -> str:
    """Started without arguments, musl's loader says its version and fails."""
    names = Tree(roots.root).names("lib")
    loader = next((name for name in names if _MUSL_LOADER.fullmatch(name)), "")
    if not loader:
        return ""
    answer = run_tool([str(roots.root / "lib" / loader)], timeout_s=roots.timeout_s)
    version = _MUSL_VERSION.search(answer.error_output)
    return f"musl {version[1]}" if version else "musl"
