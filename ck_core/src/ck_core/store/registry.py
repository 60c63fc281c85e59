"""Which repositories there are: the user's own, those registered in it, those in packages."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ck_core.domain.component import Component
from ck_core.domain.pin import Pin
from ck_core.errors import BadComponentError, ComponentNotFoundError, UsageError
from ck_core.store.editing import NewComponent, add, remove, update
from ck_core.store.repositories import Repository

KIND = "repo"


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A repository that the user has added; on disk CK's component ``local:repo:ALIAS``.

    Attributes:
        url: where it was cloned from; empty for a directory that is used where it lies.
        pin: the branch, tag or commit that the user wants to stay on.
    """

    alias: str
    path: Path
    url: str = ""
    pin: Pin = field(default_factory=Pin)

    @property
    def values(self) -> dict[str, Any]:
        pinned = {key: text for key, text in vars(self.pin).items() if text}
        shared = {"url": self.url, "shared": "git"} if self.url else {}
        return {"path": str(self.path), **shared, **({"pin": pinned} if pinned else {})}


class Registry:
    """The registered repositories; their order is the alphabet's."""

    def __init__(self, local: Repository) -> None:
        self._local = local

    def registrations(self) -> list[Registration]:
        """Those whose entry can be read."""
        found = []
        for component in self._local.components(KIND, []):
            with suppress(BadComponentError):
                found.append(_registration(component))
        return found

    def repositories(self) -> list[Repository]:
        """Those whose directory is there."""
        return [
            Repository(
                alias=one.alias, path=one.path, origin=one.url or "registered", writable=True
            )
            for one in self.registrations()
            if one.path.is_dir()
        ]

    def get(self, alias: str) -> Registration:
        """Raises ComponentNotFoundError."""
        for one in self.registrations():
            if one.alias == alias:
                return one
        raise ComponentNotFoundError(
            f"no repository '{alias}' is registered", hint="ckp ls repo lists what there is"
        )

    def check_gone(self, alias: str) -> None:
        """Raises ComponentNotFoundError where a registered repository's directory is not there."""
        for one in self.registrations():
            if one.alias == alias and not one.path.is_dir():
                raise ComponentNotFoundError(
                    f"the directory of repository '{alias}' is gone: {one.path}",
                    hint=f"put it back, or forget it: ckp rm repo:{alias}",
                )

    def register(self, registration: Registration, uid: str = "") -> None:
        """Raises UsageError where the alias is taken, or the directory has one already."""
        for other in self.registrations():
            if other.path.resolve() == registration.path.resolve():
                raise UsageError(
                    f"{registration.path} is repository '{other.alias}' already",
                    hint=f"ckp rm repo:{other.alias} forgets it; its files stay",
                )
        new = NewComponent(kind=KIND, alias=registration.alias, uid=uid, values=registration.values)
        add(self._local, new)

    def change(self, registration: Registration) -> None:
        """Replaces what is known of a registered repository."""
        component = self._local.read(KIND, registration.alias)
        kept = {k: v for k, v in component.values.items() if k not in {"url", "shared", "pin"}}
        update(component, lambda _: {**kept, **registration.values})

    def unregister(self, alias: str) -> None:
        """Its files stay."""
        remove(self._local.read(KIND, self.get(alias).alias))


def _registration(component: Component) -> Registration:
    meta = component.meta
    path = Path(meta.text("path"))
    if not path.is_absolute():
        raise BadComponentError(f"{component.meta_file}: 'path' must be absolute")
    return Registration(
        alias=component.alias, path=path, url=meta.text("url"), pin=_pin(meta.text_mapping("pin"))
    )


def _pin(values: Mapping[str, str]) -> Pin:
    known = {key: values.get(key, "") for key in ("branch", "tag", "commit")}
    try:
        return Pin(**known)
    except UsageError as error:
        raise BadComponentError(f"'pin': {error.message}") from None
