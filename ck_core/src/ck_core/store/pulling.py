"""Getting repositories by git, and with each the repositories it depends on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ck_core.domain.names import check_new_name
from ck_core.domain.pin import Pin
from ck_core.errors import CkpError, UsageError
from ck_core.store.registry import Registration, Registry
from ck_core.store.repositories import DESCRIPTION_FILE, Repository
from ck_core.system import git, home

_CODE_HOST = "https://github.com"
_CK_OWNER = "ctuning"
Notify = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Dependency:
    """An entry of ``repo_deps``; ``url`` may be empty."""

    alias: str
    url: str


@dataclass
class Pulled:
    """What came of it: aliases that were cloned or updated, and why others were not.

    ``missing`` are dependencies that cannot be had, ``failed`` what could not be updated.
    """

    done: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def add(self, other: Pulled) -> None:
        self.done += other.done
        self.missing |= other.missing
        self.failed |= other.failed


@dataclass(frozen=True)
class Puller:
    """Clones into ``directory`` and registers.

    Args:
        known: whether a repository of that alias or UID is there, however it came.
        notify: told of each step.
    """

    registry: Registry
    directory: Path
    known: Callable[[str], bool]
    notify: Notify

    def pull_url(self, url: str, alias: str, pin: Pin) -> Pulled:
        """A new repository and what it depends on.

        Raises:
            UsageError: the alias is taken.
            CkpError: it cannot be cloned; nothing is registered then.
        """
        alias = check_new_name(alias or _alias_of(url), "repository")
        if self.known(alias):
            raise UsageError(
                f"there is a repository '{alias}' already", hint=f"ckp pull repo:{alias} updates it"
            )
        return self._with_dependencies(self._fetch(alias, url, pin))

    def pull_registered(self, alias: str, pin: Pin) -> Pulled:
        """Updates a repository, to another pin where one is given, and gets new dependencies."""
        registration = self.registry.get(alias)
        if pin != Pin():
            registration = Registration(
                alias=alias, path=registration.path, url=registration.url, pin=pin
            )
        if git.state(registration.path) is None:
            self.notify(f"{alias} is used where it lies, without git: nothing to pull")
        else:
            self.notify(f"updating {alias}")
            git.update(registration.path, registration.pin)
            self.registry.change(registration)
        return self._with_dependencies(registration)

    def _fetch(self, alias: str, url: str, pin: Pin) -> Registration:
        """A folder without git is used where it lies."""
        folder = home.expanded(url)
        if folder.is_dir() and git.state(folder) is None and not _is_bare(folder):
            if not (folder / DESCRIPTION_FILE).is_file():
                raise UsageError(
                    f"{folder} is no repository: it has no {DESCRIPTION_FILE}",
                    hint=f"ckp add repo:{alias} --path={folder} makes it one",
                )
            registration = Registration(alias=alias, path=folder)
        else:
            source = str(folder) if folder.is_dir() else url
            self.notify(f"cloning {git.without_credentials(source)}")
            git.clone(source, self.directory / alias, pin)
            public = git.without_credentials(source)
            registration = Registration(
                alias=alias, path=self.directory / alias, url=public, pin=pin
            )
        self.registry.register(registration)
        return registration

    def _with_dependencies(self, first: Registration) -> Pulled:
        pulled = Pulled(done=[first.alias])
        waiting = deque([first])
        while waiting:
            parent = waiting.popleft()
            for need in dependencies(parent.path):
                if self.known(need.alias) or need.alias in pulled.missing:
                    continue
                try:
                    waiting.append(self._fetch_dependency(need, parent))
                    pulled.done.append(need.alias)
                except CkpError as problem:
                    pulled.missing[need.alias] = f"needed by {parent.alias}: {problem.message}"
        return pulled

    def _fetch_dependency(self, need: Dependency, parent: Registration) -> Registration:
        """From its own URL, else from beside its parent, else from where CK looks."""
        check_new_name(need.alias, "repository")
        if need.url.startswith(("~", ".")):  # a stranger's word about this machine's folders
            raise UsageError(f"'{need.url}' is no URL of a repository")
        if need.url:
            return self._fetch(need.alias, need.url, Pin())
        try:
            return self._fetch(need.alias, _sibling(parent, need.alias), Pin())
        except CkpError:
            return self._fetch(need.alias, default_url(need.alias), Pin())


def dependencies(path: Path) -> Iterator[Dependency]:
    """The ``repo_deps`` of a repository's description; what cannot be read is left out."""
    repository = Repository(alias=path.name, path=path, origin="", writable=False)
    inner = repository.description.get("dict")
    entries = inner.get("repo_deps") if isinstance(inner, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        alias = entry.get("repo_uoa") if isinstance(entry, dict) else None
        if isinstance(alias, str) and alias:
            url = entry.get("repo_url")
            yield Dependency(alias=alias, url=url if isinstance(url, str) else "")


def _alias_of(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2].rpartition(":")[2].removesuffix(".git")


def default_url(alias: str) -> str:
    """Where CK looks for a repository that is only named: ``ck-env`` or ``OWNER@NAME``."""
    owner, _, name = alias.rpartition("@")
    return f"{_CODE_HOST}/{owner or _CK_OWNER}/{name}"


def _sibling(parent: Registration, alias: str) -> str:
    url = parent.url or str(parent.path)
    return f"{url.rstrip('/').rpartition('/')[0]}/{alias.rpartition('@')[2]}"


def _is_bare(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir()
