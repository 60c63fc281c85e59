"""What is on this machine for programs to use: found, installed, chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ck_core.context import Context
from ck_core.dependencies import find_installations
from ck_core.domain.cid import Cid, matches
from ck_core.domain.installation import Installation
from ck_core.domain.merging import split_tags
from ck_core.domain.options import FREE, ResolvePolicy
from ck_core.domain.package import Package, parse_packages
from ck_core.domain.requirement import Requirement, tagged
from ck_core.domain.resolution import fitting
from ck_core.errors import ComponentNotFoundError, InstallError, UnresolvedError, UsageError
from ck_core.stages.looking import detect_anew, packages
from ck_core.stages.resolve import check_named, with_wishes
from ck_core.store.environments import ENV, Registered
from ck_core.workspace.workspace import Workspace


class Installations:
    """``Installations(Workspace()).install(parse_cid("package:zlib"))``

    Every method raises subclasses of ``ck_core.errors.CkpError``.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def _context(self) -> Context:
        return self._workspace.context

    def registered(self, cid: Cid, tags: frozenset[str] = frozenset()) -> list[Registered]:
        """What was found or installed, whatever has become of it since.

        Raises:
            UsageError: the Cid names no ``env``.
            ComponentNotFoundError: there is none of that name.
        """
        _check_kind(cid, ENV, "installations are of kind env")
        need = tagged(ENV, tags)
        entries = list(self._context.environments.entries())
        named = [one for one in entries if matches(one.installation.uid, cid.name)]
        if not named and not cid.is_pattern:
            raise ComponentNotFoundError(
                f"there is no installation {cid.name}", hint="ckp show env lists what there is"
            )
        return [one for one in named if not need.refusal(one.installation)]

    def detect(self, cid: Cid, tags: frozenset[str] = frozenset()) -> list[Installation]:
        """What is on the machine with these tags or those of a ``soft``, registered.

        Raises:
            UsageError: the kind is not ``soft``, or nothing says what to look for.
            UnresolvedError: nothing is found.
        """
        _check_kind(cid, "soft", "ckp detect soft --tags=compiler")
        name = cid.name if cid.name != "*" else ""
        tags = tags | (self._context.store.get(cid).tags if name else frozenset())
        if not tags:
            raise UsageError(
                "ckp detect soft needs to know what for", hint="--tags=compiler or soft:NAME"
            )
        need = tagged(name or "soft", tags)
        found = [one for one in detect_anew(need, self._context) if not need.refusal(one)]
        if not found:
            raise UnresolvedError(
                f"nothing on this machine has the tags {','.join(sorted(tags))}",
                hint="ckp plugins lists who looks; ckp ls soft lists what they know",
            )
        return found

    def choose(
        self,
        uids: Sequence[str],
        groups: Iterable[Requirement] = (),
        policy: ResolvePolicy = FREE,
    ) -> list[Installation]:
        """The installations of these UIDs, and one for each further requirement.

        What is missing for a requirement is detected or installed, as for a program.
        """
        named = [Requirement(key=f"{ENV}:{uid}", tags=frozenset(), uid=uid) for uid in uids]
        check_named(named, self._context)
        entries = (self._context.environments.find_entry(uid) for uid in uids)
        wanted = list(groups)
        found = find_installations(wanted, "ckp virtual env", self._context, policy)
        return [one.installation for one in entries if one] + [found[one.key] for one in wanted]

    def install(
        self,
        cid: Cid,
        tags: frozenset[str] = frozenset(),
        *,
        wishes: Mapping[str, str] | None = None,
        wished_tags: Mapping[str, frozenset[str]] | None = None,
        policy: ResolvePolicy = FREE,
    ) -> Installation:
        """What a package makes; nothing is done where that is here already.

        Args:
            cid: ``package:NAME``, of whose variations ``tags`` choose one; without a name the
                best package with ``tags`` is taken.
            wishes, wished_tags: as of a program, by the keys of the package's ``deps``.
        """
        package = self._package(cid, tags)
        if package.problem:
            raise InstallError(
                f"{package.component.cid} {package.problem}",
                hint=f"give {package.component.meta_file} a 'recipe', or install it yourself",
            )
        wishes, wished_tags = wishes or {}, wished_tags or {}
        needs = with_wishes(package.requirements, wishes, wished_tags)
        named = [one for one in needs if one.key in {*wishes, *wished_tags}]
        own = _made_by(package)
        cid_text = package.component.cid
        return find_installations([own, *named], cid_text, self._context, policy)[own.key]

    def _package(self, cid: Cid, tags: frozenset[str]) -> Package:
        _check_kind(cid, "package", "ckp install package:NAME; ckp ls package lists them")
        if cid.name != "*":
            return _chosen(parse_packages(self._context.store.get(cid)), tags)
        if not tags:
            raise UsageError(
                "ckp install package needs a name or tags", hint="ckp ls package lists them"
            )
        need = tagged("package", tags)
        found = [one for one in packages(self._context) if not need.refusal(one)]
        usable = fitting(need, found, self._context.platform)
        candidates = [one for one in [*usable, *found] if isinstance(one, Package)]
        if not candidates:
            raise ComponentNotFoundError(
                f"no package has the tags {','.join(sorted(tags))}",
                hint="ckp search package shows all with their tags",
            )
        _check_one_product(candidates, tags)
        return candidates[0]


def _chosen(variations: Sequence[Package], tags: frozenset[str]) -> Package:
    """The one with these tags; the usual one where they leave several."""
    fit = [one for one in variations if tags <= one.tags] if len(variations) > 1 else variations
    usual = [one for one in fit if one.is_usual] if len(fit) > 1 else fit
    if len(usual) != 1:
        names = ", ".join(one.variation for one in fit or variations)
        which = f"have the tags {','.join(sorted(tags))}" if tags else "are there"
        raise UsageError(
            f"{len(fit)} variations of package:{variations[0].name} {which}",
            hint=f"--tags=NAME of {names}",
        )
    return usual[0]


def _check_one_product(candidates: Sequence[Package], tags: frozenset[str]) -> None:
    """Between versions the newest is taken; between unlike things the user chooses."""
    products = sorted({one.product for one in candidates})
    if len(products) > 1:
        raise UsageError(
            f"packages of {len(products)} things have the tags {','.join(sorted(tags))}: "
            f"{', '.join(products)}",
            hint=f"ckp install package:{candidates[0].name} installs the first; more tags choose",
        )


def requirements_of(tags: frozenset[str], tag_groups: str) -> list[Requirement]:
    """One for ``tags``, and one for each of the groups, which have spaces between."""
    own = [tagged(",".join(sorted(tags)), tags)] if tags else []
    return [*own, *map(_parse_group, tag_groups.split())]


def _made_by(package: Package) -> Requirement:
    return Requirement(
        key=package.component.cid,
        tags=package.component.tags,
        version=package.version,
        package=package.component.uid or package.component.alias,
    )


def _parse_group(text: str) -> Requirement:
    """One of CK's ``tag_groups``: ``lib,zlib``; ``~tag`` excludes, ``;`` separates alternatives."""
    groups = [frozenset(split_tags(one)) for one in text.split(";")]
    if len(groups) == 1:
        return tagged(text, frozenset(tag.replace("~", "-", 1) for tag in groups[0]))
    return Requirement(key=text, tags=frozenset(), alternatives=tuple(filter(None, groups)))


def _check_kind(cid: Cid, kind: str, hint: str) -> None:
    if cid.kind != kind:
        raise UsageError(f"this works on {kind}, not on '{cid.kind}'", hint=hint)
