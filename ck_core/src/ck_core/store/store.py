"""The component store: every repository, searched as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.errors import BadComponentError, ComponentNotFoundError
from ck_core.store.repositories import Repository


class Store:
    """Repositories in order: the user's own first, so that a copy there wins."""

    def __init__(self, repositories: Sequence[Repository]) -> None:
        self.repositories = tuple(repositories)
        self.problems: list[BadComponentError] = []

    def search(self, cid: Cid, *, tags: frozenset[str] = frozenset()) -> Iterator[Component]:
        """Components that match the Cid and carry all tags; ``-tag`` excludes.

        A broken component is left out and appended to ``problems``.
        """
        unwanted = frozenset(tag[1:] for tag in tags if tag.startswith("-"))
        wanted = tags - {f"-{tag}" for tag in unwanted}
        for component in self._matching(cid):
            try:
                found = component.tags
            except BadComponentError as problem:
                self.problems.append(problem)
                continue
            if wanted <= found and not unwanted & found:
                yield component

    def kinds(self) -> list[str]:
        """Kinds that some repository has a directory of."""
        return sorted({kind for repository in self.repositories for kind in repository.kinds()})

    def get(self, cid: Cid) -> Component:
        """The one component of that name; the first repository wins.

        Raises:
            ComponentNotFoundError: none, or several names match a pattern.
            BadComponentError: it is there, but broken.
        """
        found = {component.alias: component for component in reversed([*self._matching(cid)])}
        if len(found) == 1:
            return found.popitem()[1]
        if found:
            names = ", ".join(sorted(found)[:8]) + (", ..." if len(found) > 8 else "")
            raise ComponentNotFoundError(
                f"'{cid}' names {len(found)} components: {names}", hint="name one of them"
            )
        for problem in self.problems:
            if f"/{cid.kind}/{cid.name}/" in problem.message:
                raise problem
        raise self.not_found(cid)

    def _matching(self, cid: Cid) -> Iterator[Component]:
        for repository in self.repositories:
            for kind in [cid.kind] if cid.kind != "*" else repository.kinds():
                for component in repository.components(kind, self.problems):
                    if cid.matches(
                        kind=component.kind,
                        alias=component.alias,
                        uid=component.uid,
                        repository=component.repository,
                    ):
                        yield component

    def not_found(self, cid: Cid) -> ComponentNotFoundError:
        """The error that says so, with the nearest name there is."""
        kinds = self.kinds()
        if cid.kind not in kinds:
            return self._unknown_kind(cid, kinds)
        names = {name for r in self.repositories for name in r.names(cid.kind)}
        message = f"there is no component '{cid}'"
        return _unknown(message, cid.name, names, f"ls {cid.kind}", prefix=f"{cid.kind}:")

    def _unknown_kind(self, cid: Cid, kinds: Sequence[str]) -> ComponentNotFoundError:
        """People forget the kind: ``sort`` for ``program:sort``."""
        message = f"there is no component of kind '{cid.kind}'"
        for kind in kinds if cid.name == "*" else ():
            if any(cid.kind in repository.names(kind) for repository in self.repositories):
                return ComponentNotFoundError(message, hint=f"did you mean {kind}:{cid.kind}?")
        return _unknown(message, cid.kind, set(kinds), "ls")


def _unknown(
    message: str, name: str, known: set[str], listing: str, *, prefix: str = ""
) -> ComponentNotFoundError:
    near = get_close_matches(name, sorted(known), n=1)
    suggestion = f"did you mean {prefix}{near[0]}? " if near else ""
    return ComponentNotFoundError(message, hint=f"{suggestion}ckp {listing} lists what there is")
