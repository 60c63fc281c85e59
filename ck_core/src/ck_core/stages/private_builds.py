"""Builds that nobody else shall find: a search makes hundreds, and nobody runs them again."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from threading import Lock
from weakref import finalize

from ck_core.domain.build import BuildResult
from ck_core.stages.build import entry_of
from ck_core.system.files import STAGING_PREFIX, owned_name, storage_errors


class PrivateBuilds:
    """In a directory that ends with this object; one of a killed ckp is known to ``ckp doctor``.

    What is here already is not built again. So each build is held by those who need it, and
    removed when the last of them lets it go.

    Args:
        cache: the builds that all share; the directory lies below it.

    Raises:
        StorageError: the directory cannot be made.
    """

    def __init__(self, cache: Path) -> None:
        self.directory = cache / owned_name(STAGING_PREFIX)
        self._holders: Counter[Path] = Counter()
        self._counting = Lock()
        with storage_errors("create", self.directory):
            self.directory.mkdir(parents=True)
        finalize(self, shutil.rmtree, self.directory, ignore_errors=True)

    def hold(self, result: BuildResult) -> None:
        if place := entry_of(result, self.directory):
            with self._counting:
                self._holders[place] += 1

    def release(self, result: BuildResult) -> None:
        """What lies in the cache that all share stays there."""
        place = entry_of(result, self.directory)
        if place is None:
            return
        with self._counting:
            self._holders[place] -= 1
            if self._holders[place] <= 0:
                del self._holders[place]
                shutil.rmtree(place, ignore_errors=True)
