"""Lock files in the chain: what was resolved is written, and later nothing else will do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.component import Component
from ck_core.domain.dataset import Dataset
from ck_core.domain.digest import short_digest
from ck_core.domain.installation import Installation
from ck_core.domain.lock import Lock, LockedComponent, LockedInstallation, recipe_digest
from ck_core.domain.package import Package
from ck_core.domain.package_variations import varied
from ck_core.domain.program import Program
from ck_core.domain.requirement import Requirement, narrowed
from ck_core.domain.resolution import Findings, Option, refusal, title_of
from ck_core.domain.source import Source
from ck_core.domain.target import parse_target
from ck_core.domain.version import Version
from ck_core.errors import ComponentNotFoundError, UnresolvedError, UsageError
from ck_core.stages.provenance import source_of

_SHOWN = 4


def lock_of(
    program: Program,
    dataset: Dataset | None,
    resolved: Mapping[str, Installation],
    context: Context,
) -> Lock:
    """What was resolved, as it is on this machine."""
    return Lock(
        program=_locked_component(program.component),
        dataset=_locked_component(dataset.component) if dataset else None,
        target=context.platform.target,
        resolved={key: _locked(one, context) for key, one in resolved.items()},
    )


def check_lock(lock: Lock, program: Program, context: Context) -> None:
    """Tells where sources are others than when it was written; tools are compared later.

    Raises:
        UsageError: it is the lock of another program, or for another target.
    """
    component = program.component
    if lock.program.cid != component.cid and lock.program.uid != component.uid:
        raise UsageError(
            f"the lock file is of {lock.program.cid}, not of {component.cid}",
            hint=f"ckp lock {component.cid} writes its own; --lock-file=FILE names another",
        )
    if lock.target != context.platform.target:
        raise UsageError(
            f"the lock file is for target {lock.target.name}, "
            f"not for {context.platform.target.name}",
            hint=f"--target={lock.target.name} or another --lock-file",
        )
    now = source_of(component)
    if lock.program.source != now:
        context.reporter.warn(
            f"{component.cid} was locked from {lock.program.source}, this is from {now}"
        )


def locked_needs(needs: Sequence[Requirement], lock: Lock | None) -> list[Requirement]:
    """Narrowed to the locked product and version, unless the user has named another."""
    return [_narrowed(need, lock.resolved.get(need.key)) for need in needs] if lock else [*needs]


def locked_only(
    needs: Sequence[Requirement], found: Findings, lock: Lock, context: Context
) -> Findings:
    """Without what the lock does not hold; nothing for a need that it does not name."""
    judge = _Judge(lock, context)
    held = {
        key: [one for one in options if not judge.refusal(key, one)]
        for key, options in found.items()
    }
    return {**held, **{one.key: [] for one in needs if one.key not in lock.resolved}}


def lock_differs(
    needs: Sequence[Requirement], found: Findings, lock: Lock, needed_by: str, context: Context
) -> UnresolvedError:
    """What was locked and what is here instead, key by key."""
    judge = _Judge(lock, context)
    lines = [line for need in needs for line in judge.differences(need, found.get(need.key, ()))]
    return UnresolvedError(
        f"{needed_by} cannot be resolved to what its lock file holds",
        hint=f"ckp lock {lock.program.cid} renews it; without --locked whatever fits is taken",
        details="\n".join(lines),
    )


class _Judge:
    """Why an option is not what was locked."""

    def __init__(self, lock: Lock, context: Context) -> None:
        self._lock = lock
        self._context = context

    def refusal(self, key: str, option: Option) -> str:
        """Empty where it is; keys that the lock does not name are free (packages may need them)."""
        locked = self._lock.resolved.get(key)
        if locked is None:
            return ""
        if option.product != locked.product or option.version != locked.version:
            return f"is {option.label}"
        if isinstance(option, Package):
            return _refused_package(option, locked)
        return self._refused_installation(option, locked)

    def differences(self, need: Requirement, options: Sequence[Option]) -> Iterator[str]:
        """Nothing where one of the options is what was locked and serves."""
        locked = self._lock.resolved.get(need.key)
        if locked is None:
            yield f"{need.key}: is not in the lock file"
            return
        reasons = [(one, self._reason(need, one)) for one in options]
        if options and not all(reason for _, reason in reasons):
            return
        yield f"{need.key}: locked {locked.label}{_details(locked)}"
        same = [pair for pair in reasons if pair[0].product == locked.product]
        same.sort(key=lambda pair: self._distance(need.key, pair[0], locked))
        for option, reason in same[:_SHOWN]:
            yield f"  found {title_of(option)}: {reason}"
        if not same:
            yield f"  found no {locked.product}"

    def _reason(self, need: Requirement, option: Option) -> str:
        return self.refusal(need.key, option) or refusal(need, option, self._context.platform)

    def _distance(self, key: str, option: Option, locked: LockedInstallation) -> tuple[bool, ...]:
        """The least is named first."""
        target = option.target if isinstance(option, Installation) else ""
        other_target = bool(target) and parse_target(target) != locked.platform
        return bool(self.refusal(key, option)), option.label != locked.label, other_target

    def _refused_installation(self, one: Installation, locked: LockedInstallation) -> str:
        if (parse_target(one.target) if one.target else None) != locked.platform:
            return f"is for {one.target or 'any target'}"
        if bool(one.package) != bool(locked.package):
            return (
                f"was {'installed by a package' if one.package else 'not installed by a package'}"
            )
        digest = _digest(one, self._context)
        if locked.digest and digest != locked.digest:
            return f"is {short_digest(digest) or 'gone'}, locked is {short_digest(locked.digest)}"
        return self._refused_makers(one, locked)

    def _refused_makers(self, one: Installation, locked: LockedInstallation) -> str:
        made_with = _made_with(one, self._context)
        for key, label in locked.made_with.items():
            if made_with.get(key, label) != label:
                return f"was made with {made_with[key]}, locked is {label}"
        return ""


def _narrowed(need: Requirement, locked: LockedInstallation | None) -> Requirement:
    if locked is None or need.uid or not Version(locked.version).matches(need.version):
        return need
    return narrowed(need, locked.label)


def _refused_package(package: Package, locked: LockedInstallation) -> str:
    if locked.package is None:
        return "is a package, locked is what was found on the machine"
    if (package.component.uid or package.component.cid) != _identity(locked.package):
        return f"is another package than {locked.package.cid}"
    if recipe_digest(package.component) != locked.package.recipe:
        return f"has changed since, it was locked from {locked.package.source}"
    return ""


def _identity(package: LockedComponent) -> str:
    return package.uid or package.cid


def _locked(one: Installation, context: Context) -> LockedInstallation:
    return LockedInstallation(
        product=one.product,
        version=one.version,
        target=one.target,
        origin=one.origin,
        digest=_digest(one, context),
        plugin_release=context.plugins.release_of(one.plugin),
        made_with=_made_with(one, context),
        package=_locked_package(one, context) if one.package_names else None,
    )


def _digest(one: Installation, context: Context) -> str:
    """A build is seldom the same bytes on two machines, but what it was made from is."""
    return one.digest if one.package_names else context.environments.digest_of(one)


def _made_with(one: Installation, context: Context) -> dict[str, str]:
    """Of makers that are no longer registered nothing can be told."""
    found = {key: context.environments.find(uid) for key, uid in one.dependencies.items()}
    return {key: maker.label for key, maker in found.items() if maker}


def _locked_package(one: Installation, context: Context) -> LockedComponent:
    try:
        component = context.store.get(Cid("package", one.package or one.package_alias))
    except ComponentNotFoundError:  # its repository is gone; what it installed is not
        return LockedComponent(
            cid=f"package:{one.package_alias}", uid=one.package, source=Source(repo="")
        )
    digest = recipe_digest(varied(component, one.package_variation))
    return replace(_locked_component(component, digest), variation=one.package_variation)


def _locked_component(component: Component, recipe: str = "") -> LockedComponent:
    return LockedComponent(
        cid=component.cid, uid=component.uid, source=source_of(component), recipe=recipe
    )


def _details(locked: LockedInstallation) -> str:
    parts = (locked.platform.name if locked.platform else "", short_digest(locked.digest))
    text = ", ".join(filter(None, parts))
    return f" ({text})" if text else ""
