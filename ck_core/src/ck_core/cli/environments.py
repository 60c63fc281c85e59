"""Installations on the screen: detect and show."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core.cli.console import ConsoleReporter, print_json, print_table
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import tagged
from ck_core.domain.target import parse_target
from ck_core.domain.version import Version
from ck_core.errors import UnresolvedError, UsageError
from ck_core.stages.detect import detect_anew
from ck_core.system.host import host_target
from ck_core.workspace.shapes import installation_json

_DIALECTS = frozenset({"f77", "f90"})


def detect_soft(cid: Cid, tags: frozenset[str]) -> list[Installation]:
    """What is on the machine with these tags, registered.

    Raises:
        UsageError: the kind is not ``soft``, or nothing says what to look for.
        UnresolvedError: nothing is found.
    """
    if cid.kind != "soft":
        raise UsageError(
            f"ckp detect looks for soft, not for '{cid.kind}'",
            hint="ckp detect soft --tags=compiler",
        )
    context = Context(ConsoleReporter())
    name = cid.name if cid.name != "*" else ""
    if name:
        tags |= context.store.get(cid).tags
    if not tags:
        raise UsageError(
            "ckp detect soft needs to know what for", hint="--tags=compiler or soft:NAME"
        )
    need = tagged(name or "soft", tags)
    found = [one for one in detect_anew(need, context) if not need.refusal(one)]
    if not found:
        raise UnresolvedError(
            f"nothing on this machine has the tags {','.join(sorted(tags))}",
            hint="ckp plugins lists who looks; ckp ls soft lists what they know",
        )
    return found


def registered(cid: Cid, tags: frozenset[str]) -> list[Installation]:
    context = Context(ConsoleReporter())
    need = tagged("env", tags)
    return [
        one
        for one in context.environments.registered()
        if cid.name in {"*", one.uid} and not need.refusal(one)
    ]


def print_installations(found: Sequence[Installation], *, as_json: bool) -> None:
    ordered = sorted(found, key=lambda one: (one.product, Version(one.version), str(one.path)))
    if as_json:
        print_json([installation_json(one) for one in ordered])
        return
    host = host_target()
    foreign = any(one.target and parse_target(one.target) != host for one in ordered)
    columns = ("use as", "languages", "path", "origin", "makes binaries for")
    rows = [_row(one) for one in ordered]
    print_table(columns if foreign else columns[:-1], rows if foreign else [r[:-1] for r in rows])
    if not ordered:
        ConsoleReporter().note("nothing like that is registered; ckp detect soft --tags=... looks")


def _row(one: Installation) -> tuple[str, ...]:
    spoken = sorted(tag[5:] for tag in one.tags if tag.startswith("lang-"))
    languages = [name for name in spoken if name not in _DIALECTS]
    return one.label, ", ".join(languages), str(one.path), one.origin, one.target
