"""Looking again at everything that is registered."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from ck_core.context import Context
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import tagged
from ck_core.stages.looking import look, packages, softs
from ck_core.store.environments import Registered, State
from ck_core.system.trees import remove_directory


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """What became of one entry.

    ``now`` is what is at its place instead, or how it is described now; None for neither.
    """

    label: str
    path: str
    state: State
    now: Installation | None = None

    def __str__(self) -> str:
        what = f"{self.label} at {self.path}"
        if self.now:
            return f"renewed  {what}: {self.now.label}"
        if self.state is State.OK:
            return f"kept     {what}"
        reason = "is gone" if self.state is State.GONE else "is no longer recognised"
        return f"dropped  {what}: {reason}"


def refresh(context: Context, *, ask_again: bool = False) -> list[Refreshed]:
    """What went away is dropped, what changed is detected anew; and damaged entries go.

    Where only its ``soft`` has changed, an installation is described anew.

    Args:
        ask_again: forget what the user preferred between equals, too.
    """
    described = {one.component.alias for one in softs(context) if one.is_data}
    done = [_refreshed(one, described, context) for one in _in_order(context)]
    for path in context.environments.damaged():
        remove_directory(path)
        context.reporter.warn(f"dropped {path}: it could not be read")
    known = {one.uid for one in context.environments.registered()}
    kept = set(context.choices.all().values())
    context.choices.forget(kept if ask_again else kept - known)
    return done


def _in_order(context: Context) -> list[Registered]:
    """As ``ckp show env`` lists them."""
    return sorted(context.environments.entries(), key=lambda one: one.installation.order)


def _refreshed(entry: Registered, described: Container[str], context: Context) -> Refreshed:
    """Args: described: softs that say in data how their installations are described."""
    one = entry.installation
    may_differ = entry.state is State.CHANGED or (entry.state is State.OK and one.soft in described)
    now = _found_again(one, context) if may_differ else None
    if entry.state is State.OK and now == one:
        now = None
    if now:
        _renew(now, one, context)
    if now.uid != one.uid if now else entry.state is not State.OK:
        context.environments.forget(entry)
    return Refreshed(label=one.label, path=str(one.path), state=entry.state, now=now)


def _found_again(old: Installation, context: Context) -> Installation | None:
    """What plugins find at the same place; for what ckp installed, as it was installed."""
    need = tagged("env", frozenset({old.product}))
    places = (old.directory,) if old.directory else ()
    found = [one for one in look(need, context, places) if one.path == old.path]
    same = [one for one in found if one.product == old.product and one.target == old.target]
    if not same or not old.directory:
        return same[0] if same else None
    return old.described_by(same[0], _package_tags(old, context))


def _package_tags(one: Installation, context: Context) -> frozenset[str]:
    """Where its package is gone nobody knows which of its tags were the package's."""
    known = (package for package in packages(context) if package.component.uid == one.package)
    same = (package for package in known if package.variation == one.package_variation)
    return next((package.tags for package in same), one.tags)


def _renew(now: Installation, old: Installation, context: Context) -> None:
    """In its own directory as well, from where it is registered again by those who need it."""
    context.environments.register(now)
    kept = context.environments.kept_in(old.directory) if old.directory else None
    if old.directory and kept and kept.uid == old.uid:
        context.environments.keep_in(old.directory, now)
