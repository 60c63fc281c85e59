"""Stage *resolve*: one option for each requirement; no look at the machine."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from ck_core.analysis.solving import solve
from ck_core.context import Context
from ck_core.domain.explanation import explain
from ck_core.domain.requirement import Requirement, narrowed
from ck_core.domain.resolution import Findings, Plan
from ck_core.domain.target import Platform
from ck_core.errors import UnresolvedError, UsageError
from ck_core.store.environments import State


def resolve(requirements: Sequence[Requirement], found: Findings, platform: Platform) -> Plan:
    """``found`` maps a requirement's key to what was found for it."""
    return solve(requirements, found, platform)


def unresolved(plan: Plan, found: Findings, needed_by: str, context: Context) -> UnresolvedError:
    """Why the plan is not whole, with the tree of reasons."""
    if plan.cycle:
        return UnresolvedError(
            f"packages that {needed_by} needs need each other: {' -> '.join(plan.cycle)}",
            hint="one of their 'deps' must go: ckp load package:NAME shows them",
        )
    if plan.given_up:
        keys = [one.key for one in plan.requirements]
        return UnresolvedError(
            f"what {needed_by} needs can be combined in too many ways that contradict each other; "
            "ckp has given up",
            hint=f"choose one yourself: --deps.{keys[0]}=PRODUCT@VERSION ({', '.join(keys):.200})",
        )
    unmet = ", ".join(map(str, plan.unmet))
    return UnresolvedError(
        f"{needed_by} needs {unmet}, which nothing here meets and nothing installs",
        hint=_hint(plan.unmet, found),
        details=explain(needed_by, plan, found, context.platform),
    )


def check_named(requirements: Sequence[Requirement], context: Context) -> None:
    """Raises UnresolvedError where a requirement names an installation that is not there."""
    for need in requirements:
        if not need.uid:
            continue
        entry = context.environments.find_entry(need.uid)
        if entry is None:
            raise UnresolvedError(
                f"{need.key} names the installation {need.uid}, but there is none with that UID",
                hint="ckp show env lists what is registered",
            )
        if entry.state is not State.OK:
            raise UnresolvedError(
                f"{need.key} is to be {entry.installation.label} at {entry.installation.path}, "
                f"which is {entry.state.value} since it was registered",
                hint="ckp refresh env looks again at everything that is registered",
            )


def with_wishes(
    requirements: Sequence[Requirement],
    wishes: Mapping[str, str],
    tags: Mapping[str, frozenset[str]],
) -> list[Requirement]:
    """The requirements, narrowed to what the user named, by their keys.

    Args:
        wishes: ``{"compiler": "gcc@12"}``; a UID names one installation.
        tags: tags beside the requirement's own; ``-tag`` excludes.

    Raises:
        UsageError: there is no requirement of that key.
    """
    keys = {one.key for one in requirements}
    if unknown := sorted((wishes.keys() | tags.keys()) - keys):
        raise UsageError(
            f"nothing is needed under the name '{unknown[0]}'",
            hint=f"the names are {', '.join(sorted(keys)) or 'none'}: --deps.NAME=PRODUCT@VERSION",
        )
    return [
        narrowed(one, wishes.get(one.key, "")).with_tags(tags.get(one.key, frozenset()))
        for one in requirements
    ]


def _hint(unmet: Sequence[Requirement], found: Findings) -> str:
    """With the name of an option that resembles the tag it lacks: the user mistyped it."""
    need = unmet[0]
    options = found.get(need.key, ())
    labels = {name: one.label for one in options for name in (one.product, one.label)}
    unknown = need.tags - frozenset[str]().union(*(one.tags for one in options))
    near = [name for tag in unknown for name in get_close_matches(tag, labels, n=1, cutoff=0.5)]
    suggestion = f"did you mean {labels[near[0]]}? " if near else ""
    tags = "compiler" if "compiler" in need.tags else ",".join(sorted(need.tags))
    tags = shlex.quote(tags)  # a stranger's words, which the user copies into a shell
    return f"{suggestion}ckp detect soft --tags={tags} shows what is here"
