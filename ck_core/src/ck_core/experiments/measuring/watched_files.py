"""The files of a component as they were when a session began, and whether they still are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from ck_core.domain.component import Component
from ck_core.domain.digest import short_digest
from ck_core.experiments.recording.digests import component_digest
from ck_core.system.marks import UNTRUSTED, lasting_mark

_LEFT_OUT = frozenset({".git", "__pycache__"})

Marks = frozenset[tuple[str, int]]


@dataclass
class WatchedFiles:
    """Attributes: digest: of the beginning; empty where there was none to be had."""

    component: Component
    digest: str
    _marks: Marks | None
    _last: str

    @classmethod
    def of(cls, component: Component) -> WatchedFiles:
        """Reads every file."""
        marks = _marks_of(component)  # before the files: what changes meanwhile is read again
        digest = component_digest(component)
        return cls(component=component, digest=digest, _marks=marks, _last=digest)

    @property
    def change(self) -> str:
        """A sentence where they are others now; empty where they are not.

        Files are read again only where one has another mark: a dataset may be large.
        """
        marks = _marks_of(self.component)
        if marks is None or marks != self._marks:
            self._marks, self._last = marks, component_digest(self.component)
        if self._last == self.digest:
            return ""
        return (
            f"the files of {self.component.cid} were changed while this session lasted: "
            f"{short_digest(self.digest) or 'unreadable'} before its first build, "
            f"{short_digest(self._last) or 'unreadable'} now; measure it again"
        )


def _marks_of(component: Component) -> Marks | None:
    """None where they are not to be trusted: something was changed just now, or is unreadable."""
    try:
        found = frozenset(_each(str(component.path)))
    except OSError:
        return None
    return None if any(mark == UNTRUSTED for _, mark in found) else found


def _each(directory: str) -> Iterator[tuple[str, int]]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _LEFT_OUT:
                    yield from _each(entry.path)
            elif entry.is_file():
                yield entry.path, lasting_mark(entry.stat())
