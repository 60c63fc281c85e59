"""Looking again at everything that is registered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ck_core.context import Context
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import tagged
from ck_core.stages.looking import look
from ck_core.store.environments import Registered, State
from ck_core.system.trees import remove_directory


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """What became of one entry; ``now`` is what is at its place instead, None for nothing."""

    label: str
    path: str
    state: State
    now: Installation | None = None

    def __str__(self) -> str:
        what = f"{self.label} at {self.path}"
        if self.state is State.OK:
            return f"kept     {what}"
        if self.now:
            return f"renewed  {what}: {self.now.label}"
        reason = "is gone" if self.state is State.GONE else "is no longer recognised"
        return f"dropped  {what}: {reason}"


def refresh(context: Context, *, ask_again: bool = False) -> list[Refreshed]:
    """What went away is dropped, what changed is detected anew; and damaged entries go.

    Args:
        ask_again: forget what the user preferred between equals, too.
    """
    done = [_refreshed(entry, context) for entry in list(context.environments.entries())]
    for path in context.environments.damaged():
        remove_directory(path)
        context.reporter.warn(f"dropped {path}: it could not be read")
    known = {one.uid for one in context.environments.registered()}
    kept = set(context.choices.all().values())
    context.choices.forget(kept if ask_again else kept - known)
    return done


def _refreshed(entry: Registered, context: Context) -> Refreshed:
    one = entry.installation
    now = _found_again(one, context) if entry.state is State.CHANGED else None
    if now:
        context.environments.register(now)
    if entry.state is not State.OK and (now is None or now.uid != entry.component.alias):
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
    return replace(
        same[0],
        tags=same[0].tags | old.tags,
        origin=old.origin,
        digest=old.digest,
        environment={**old.environment, **same[0].environment},
        dependencies=old.dependencies,
        directory=old.directory,
        package=old.package,
        package_alias=old.package_alias,
    )
