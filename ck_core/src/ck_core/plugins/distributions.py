"""Reading the entry points of installed distributions; needed when the cache does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from configparser import ConfigParser
from typing import Any

import importlib_metadata

from ck_core.plugins.entry import Entry

GROUPS = ("ckp", "ckp.repos")


def installed_entries() -> Iterator[Entry]:
    """The first distribution of a name on ``sys.path`` counts, as for imports."""
    seen: set[str] = set()
    for distribution in importlib_metadata.distributions():
        name = _distribution_name(distribution)
        if name and name not in seen:
            seen.add(name)
            yield from _entries_of(distribution, name)


def _distribution_name(distribution: Any) -> str:
    """From the first lines: parsing all of METADATA, a README in it, takes five times as long."""
    try:
        text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    except Exception:  # noqa: BLE001  # metadata of strangers may be damaged in any way
        return ""
    head = text.partition("\n\n")[0].splitlines()
    found = next((line for line in head if line[:5].lower() == "name:"), "")
    return found[5:].strip().lower().replace("_", "-")


def _entries_of(distribution: Any, name: str) -> list[Entry]:
    """Not by ``distribution.entry_points``: one malformed entry would hide all the others."""
    parser = _EntryPointsParser(delimiters="=", interpolation=None, strict=False)
    try:
        text = distribution.read_text("entry_points.txt") or ""
        if "[ckp" not in text:  # most have none of ours
            return []
        parser.read_string(text)
        return [
            Entry(
                group=group,
                name=point,
                value=value,
                distribution=name,
                version=str(distribution.version),
                location=str(distribution.locate_file("")),
            )
            for group in GROUPS
            if parser.has_section(group)
            for point, value in parser.items(group)
        ]
    except Exception:  # noqa: BLE001  # as above
        return []


class _EntryPointsParser(ConfigParser):
    """Names keep their case."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr
