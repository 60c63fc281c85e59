"""A PATH on which little is found: ckp looks at every compiler and device it could use."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

GCC = r"gcc|g\+\+|cc|c\+\+|cpp"
CROSS = r"(aarch64|arm|riscv64)-linux-gnu(eabihf)?-(gcc|g\+\+)|qemu-.*"
"""Compilers for other machines, and emulators of these."""
OTHERS = re.compile(
    r"gcc|g\+\+|cpp|c\+\+|clang|flang|llvm|gfortran|tcc|zig|java|python|pypy|nvcc|rustc"
    r"|qemu|wine|adb|clinfo|vulkaninfo|nvidia-smi|rocm"
)


def link_all_but_compilers(place: Path, besides: str = "") -> Path:
    """Links to what is on PATH; of compilers and interpreters the usual GCC and one Python.

    Args:
        besides: a regular expression of names to be linked all the same.
    """
    (place / "python3").symlink_to(os.path.realpath(sys.executable))
    wanted = re.compile(f"{GCC}|{besides}")
    for tool in _tools():
        link = place / tool.name
        if (wanted.fullmatch(tool.name) or not OTHERS.search(tool.name)) and not link.is_symlink():
            link.symlink_to(tool)
    return place


def _tools() -> Iterator[Path]:
    for place in map(Path, os.environ.get("PATH", os.defpath).split(os.pathsep)):
        if place.is_dir() and os.access(place, os.R_OK | os.X_OK):
            yield from place.iterdir()
