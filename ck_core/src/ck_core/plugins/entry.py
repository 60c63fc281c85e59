"""An entry point, as plugins and repositories are announced."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry point: ``name = value`` in a group of a distribution."""

    group: str
    name: str
    value: str
    distribution: str
    version: str
    location: str

    @property
    def key(self) -> str:
        """Identifies what was imported: another version may offer other hooks."""
        return "\n".join((self.distribution, self.version, self.location, self.name, self.value))
