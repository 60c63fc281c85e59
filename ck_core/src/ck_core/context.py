"""What a stage is given: plugins, stores, platform, reporter. No globals."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
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
    from ck_core.domain.install import Progress
    from ck_core.domain.target import Platform, Target
    from ck_core.plugins.manager import Plugins
    from ck_core.store.choices import Choices
    from ck_core.store.environments import Environments


class Reporter(Protocol):
    """Tells people what goes on; the only way a stage speaks."""

    def note(self, text: str) -> None: ...

    def warn(self, text: str) -> None: ...

    def step(self, text: str) -> AbstractContextManager[object]:
        """Shown while the block lasts."""

    def progress(self, text: str) -> AbstractContextManager[Progress]:
        """Shown while the block lasts; the block tells how far it is."""

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """The number of the option taken, the first by default; None where nobody can be asked."""


class SilentReporter:
    """Says nothing; for use from Python."""

    def note(self, text: str) -> None: ...

    def warn(self, text: str) -> None: ...

    def step(self, text: str) -> AbstractContextManager[object]:  # noqa: ARG002  # same shape
        return nullcontext()

    def progress(self, text: str) -> AbstractContextManager[Progress]:  # noqa: ARG002  # as above
        return nullcontext(_silent_progress)

    def choose(self, question: str, options: Sequence[str]) -> int | None:  # noqa: ARG002  # as above
        return None


def _silent_progress(_what: str, _done: int, _total: int) -> None: ...


@dataclass(frozen=True)
class Context:
    """Made once per command; everything in it is imported and loaded when first asked for.

    ``target`` is what binaries are built for; None is this machine.
    """

    reporter: Reporter
    target: Target | None = None

    def for_host(self) -> Context:
        """The same without a target: for what must run on this machine."""
        return Context(self.reporter) if self.target else self

    def silent(self) -> Context:
        """The same that says nothing: for reading what is read, and warned of, once more."""
        return Context(SilentReporter(), self.target)

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

        return detect_platform(self.target)

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

        return Environments(self.local, self.plugins.release_of, lambda: self.platform.host)

    @cached_property
    def choices(self) -> Choices:
        from ck_core.store.choices import Choices  # noqa: PLC0415  # see above

        return Choices(home.home_directory() / "choices.json")

    @property
    def tools_directory(self) -> Path:
        return home.tools_directory()

    @property
    def logs_directory(self) -> Path:
        return home.cache_directory() / "logs"

    @property
    def builds_directory(self) -> Path:
        return home.cache_directory() / "builds"

    def directory_kept_for(self, component: Component) -> Path:
        """Where components of its repository keep what they can make again: ``CKP_CACHE``."""
        return home.cache_directory() / "components" / component.repository

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
