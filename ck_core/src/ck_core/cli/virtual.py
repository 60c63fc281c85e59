"""ckp becomes the user's shell or command, with the variables of installations."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ck_core.domain.cid import Cid
from ck_core.domain.installation import Installation
from ck_core.domain.options import ResolvePolicy
from ck_core.domain.variables import with_installations
from ck_core.errors import UsageError
from ck_core.system.processes import replace_process
from ck_core.workspace.installations import Installations, requirements_of
from ck_core.workspace.workspace import Workspace

HINT_VARIABLE = "CKP_ENV"
"""What is open, for the user's prompt."""


def command_line(shell_command: str, words: Sequence[str]) -> list[str]:
    """What is to be run; empty for a shell."""
    if shell_command and words:
        raise UsageError("--shell-cmd and a command behind -- exclude each other")
    return ["/bin/sh", "-c", shell_command] if shell_command else list(words)


def chosen_installations(
    workspace: Workspace,
    cids: Sequence[Cid],
    tags: frozenset[str],
    tag_groups: str,
    policy: ResolvePolicy,
) -> list[Installation]:
    """Those of the UIDs, then one for ``tags``, then one a group; of two variables the last wins.

    Raises:
        UsageError: nothing, or another kind, is named.
        UnresolvedError: something is missing and cannot be had.
    """
    if other := next((one for one in cids if one.kind != "env"), None):
        raise UsageError(f"ckp virtual works on env, not on '{other.kind}'", hint="ckp show env")
    uids = [one.name for one in cids if one.name != "*"]
    if pattern := next((one for one in cids if one.name != "*" and one.is_pattern), None):
        raise UsageError(f"'{pattern}' is a pattern", hint="ckp virtual takes UIDs or --tags")
    needs = requirements_of(tags, tag_groups)
    if not uids and not needs:
        raise UsageError(
            "ckp virtual env needs to know which", hint="env:UID or --tags=...; ckp show env"
        )
    return Installations(workspace).choose(uids, needs, policy)


def become(line: Sequence[str], chosen: Sequence[Installation]) -> None:
    """Does not return: exit status and signals are the command's own.

    Raises:
        UsageError: there is no such command.
    """
    variables = with_installations(os.environ, chosen)
    outer = os.environ.get(HINT_VARIABLE, "").split()
    variables[HINT_VARIABLE] = " ".join([*outer, *(one.label for one in chosen)])
    replace_process(line or [os.environ.get("SHELL") or "/bin/sh"], variables)
