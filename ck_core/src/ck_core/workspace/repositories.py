"""Repositories as wholes: added, pulled, packed, unpacked, removed."""

from __future__ import annotations

from pathlib import Path

from ck_core.context import Context
from ck_core.domain.component import Component
from ck_core.domain.pin import Pin
from ck_core.errors import CkpError, UsageError
from ck_core.store.pulling import Pulled, Puller, default_url
from ck_core.store.registry import Registration
from ck_core.system import home
from ck_core.workspace.workspace import REPO, Workspace


class Repositories:
    """``Repositories(Workspace()).pull_url("https://host/owner/name.git")``"""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def _context(self) -> Context:
        return self._workspace.context

    def add(self, alias: str, path: Path | None = None) -> Component:
        """A new one below ckp's home, or the directory ``path``, made where it is missing.

        Raises:
            UsageError: the alias is taken or impossible.
        """
        from ck_core.store.shared import make_repository  # noqa: PLC0415  # zipfile is slow

        self._check_free(alias)
        place = home.expanded(path) if path else home.repositories_directory() / alias
        return self._added(make_repository(self._context.registry, alias, place))

    def remove(self, alias: str, *, files: bool = False) -> None:
        """Forgets it; its files go only when asked. Raises as ``check_removable``."""
        from ck_core.store.shared import forget_repository  # noqa: PLC0415  # zipfile is slow

        forget_repository(self._context.registry, self.check_removable(alias), files=files)
        self._workspace.reopen()

    def check_removable(self, alias: str) -> str:
        """The alias it is registered under.

        Raises:
            ComponentNotFoundError: there is none of that name.
            UsageError: it is ``local``, or part of an installed package.
        """
        if any(one.alias == alias for one in self._context.registry.registrations()):
            return alias  # its directory may be gone
        repository = self._workspace.repository(alias)
        if repository == self._context.local:
            raise UsageError("repository 'local' is yours and cannot be removed")
        if not repository.writable:
            package = repository.origin.partition(" ")[0]
            raise UsageError(
                f"repository '{alias}' belongs to {repository.origin}",
                hint=f"pip uninstall {package}",
            )
        return repository.alias

    def pull_url(self, url: str, alias: str = "", pin: Pin | None = None) -> Pulled:
        """Clones and registers a repository and what it depends on."""
        return self._puller().pull_url(url, alias, pin or Pin())

    def pull(self, alias: str, pin: Pin | None = None) -> Pulled:
        """Updates one, to another pin where one is given; what is not known yet, CK would have."""
        self._context.registry.check_gone(alias)
        if not self._is_known(alias):
            return self.pull_url(default_url(alias), alias, pin)
        known = self._workspace.repository(alias).alias
        return self._puller().pull_registered(known, pin or Pin())

    def pull_all(self) -> Pulled:
        """Updates each; one that fails keeps no other from it."""
        pulled = Pulled()
        for registration in self._context.registry.registrations():
            try:
                one = self.pull(registration.alias)
            except CkpError as problem:
                pulled.failed[registration.alias] = problem.message
            else:
                pulled.add(one)
        return pulled

    def zip(self, alias: str, archive: Path) -> int:
        """The number of files that went into the archive."""
        from ck_core.store.shared import pack_repository  # noqa: PLC0415  # as above

        return pack_repository(self._workspace.repository(alias), archive)

    def unzip(self, alias: str, archive: Path) -> Component:
        """A new repository from an archive."""
        from ck_core.store.shared import unpack_repository  # noqa: PLC0415  # as above

        self._check_free(alias)
        place = home.repositories_directory() / alias
        return self._added(unpack_repository(self._context.registry, alias, archive, place))

    def _puller(self) -> Puller:
        return Puller(
            registry=self._context.registry,
            directory=home.repositories_directory(),
            known=self._is_known,
            notify=self._context.reporter.note,
        )

    def _is_known(self, alias: str) -> bool:
        return any(alias in one.aliases for one in self._workspace.repositories())

    def _check_free(self, alias: str) -> None:
        if self._is_known(alias):
            raise UsageError(
                f"there is a repository '{alias}' already", hint="ckp ls repo lists them"
            )

    def _added(self, registration: Registration) -> Component:
        self._workspace.reopen()
        return self._workspace.get(f"{REPO}:{registration.alias}")
