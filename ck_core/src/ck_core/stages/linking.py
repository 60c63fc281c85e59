"""What a library adds to the link line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement


def library_flags(need: Requirement, found: Installation) -> list[str]:
    """Libraries that the requirement names beside the installation's own, then that's own."""
    return [*(_extra(name, found) for name in need.extra_libraries), *found.link_flags]


def _extra(name: str, found: Installation) -> str:
    """Its file where the installation has it; else by name, as the linker searches."""
    for place in _places(found):
        for file in (name, f"lib{name}.a", f"lib{name}.so"):
            if (place / file).is_file():
                return str(place / file)
    return f"-l{name}"


def _places(found: Installation) -> Iterator[Path]:
    yield from found.library_directories
    yield from (Path(flag).parent for flag in found.link_flags if flag.startswith("/"))
    yield from (Path(flag[2:]) for flag in found.link_flags if flag.startswith("-L"))
    if found.directory:
        yield found.directory / "lib"
