"""What a stage is given: plugins, stores, platform, reporter. No globals."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ck_core.plugins.catalogue import Catalogue, read_catalogue, repository_directory
from ck_core.store.registry import Registry
from ck_core.store.repositories import Repository
from ck_core.store.store import Store
from ck_core.system import home

if TYPE_CHECKING:
    from ck_core.domain.component import Component
    from ck_core.domain.target import Platform
    from ck_core.plugins.manager import Plugins
    from ck_core.store.environments import Environments


class Reporter(Protocol):
    """Tells people what goes on; the only way a stage speaks."""

    def note(self, text: str) -> None: ...

    def warn(self, text: str) -> None: ...

    def step(self, text: str) -> AbstractContextManager[object]:
        """Shown while the block lasts."""


class SilentReporter:
    """Says nothing; for use from Python."""

    def note(self, text: str) -> None: ...

    def warn(self, text: str) -> None: ...

    def step(self, text: str) -> AbstractContextManager[object]:  # noqa: ARG002  # same shape
        return nullcontext()


@dataclass(frozen=True)
class Context:
    """Made once per command; everything in it is imported and loaded when first asked for."""

    reporter: Reporter

    @cached_property
    def catalogue(self) -> Catalogue:
        return read_catalogue(self._catalogue_file)

    @cached_property
    def plugins(self) -> Plugins:
        from ck_core.plugins.manager import Plugins  # noqa: PLC0415  # see above

        return Plugins(self._catalogue_file, self.reporter.warn)

    @cached_property
    def platform(self) -> Platform:
        from ck_core.system.host import detect_platform  # noqa: PLC0415  # see above

        return detect_platform()

    @cached_property
    def local(self) -> Repository:
        return Repository(
            alias="local", path=home.local_repository(), origin="yours", writable=True
        )

    @cached_property
    def registry(self) -> Registry:
        return Registry(self.local)

    @property
    def repositories(self) -> list[Repository]:
        """The user's own first, then the registered, then those in packages; each alias once."""
        found = [self.local, *self.registry.repositories(), *self._packaged_repositories()]
        unique: dict[str, Repository] = {}
        for one in found:
            unique.setdefault(one.alias, one)
        return list(unique.values())

    def repository_of(self, component: Component) -> Repository:
        return next(one for one in self.repositories if one.alias == component.repository)

    @cached_property
    def store(self) -> Store:
        indexes = home.cache_directory() / "indexes"
        return Store(self.repositories, indexes, self.reporter.note)

    @cached_property
    def environments(self) -> Environments:
        from ck_core.store.environments import Environments  # noqa: PLC0415  # see above

        return Environments(self.local, self.plugins.release_of)

    @property
    def builds_directory(self) -> Path:
        return home.cache_directory() / "builds"

    @property
    def runs_directory(self) -> Path:
        return home.cache_directory() / "runs"

    @property
    def _catalogue_file(self) -> Path:
        """One for each Python environment: they may share the home, but not their packages."""
        environment = sha256(sys.prefix.encode()).hexdigest()[:8]
        return home.cache_directory() / f"plugins-{environment}.json"

    def _packaged_repositories(self) -> Iterator[Repository]:
        for entry in self.catalogue.group("ckp.repos"):
            path = repository_directory(entry)
            if path is not None and path.is_dir():
                origin = f"{entry.distribution} {entry.version}"
                yield Repository(alias=entry.name, path=path, origin=origin, writable=False)
