"""What a pin stands for in a repository, and moving the work tree there."""

from __future__ import annotations

import re

from ck_core.domain.pin import Pin
from ck_core.errors import CkpError, UsageError
from ck_core.system.git.door import LONG_S, Git, command_in, failure, last_lines

_PREFIXES = {"branch": "refs/remotes/origin/", "tag": "refs/tags/", "commit": ""}
_IN_THE_WAY = re.compile(r"would be overwritten|would lose untracked|resolve your current index")


def target(git: Git, pin: Pin, where: str) -> str:
    """What to check out; a branch keeps its name, so that git notes what the new one follows."""
    kind, name = next((kind, name) for kind, name in vars(pin).items() if name)
    full = _PREFIXES[kind] + name
    commit = git.commit(full)
    if not commit or (pin.commit and not commit.startswith(name.lower())):
        raise UsageError(f"{where} has no {kind} {name!r}", hint="check its name")
    return full if pin.branch else commit


def check_out(git: Git, start: str, branch: str) -> None:
    """Moves to ``start``, on a branch where one is given; submodules stay as they are."""
    options = ("--quiet", "--no-overwrite-ignore", "--no-recurse-submodules")
    where = ("-B", branch) if branch else ("--detach",)
    result = git.run("checkout", *options, *where, start, "--", timeout_s=LONG_S)
    if result.status and _IN_THE_WAY.search(result.error_output):
        stash = f"{command_in(git.directory)} stash --include-untracked"
        raise CkpError(
            f"local changes in {git.directory} stand in the way",
            hint=f"commit them, or {stash}, and update again",
            details=last_lines(result),
        )
    if result.status:
        raise failure(f"cannot check out {branch or start} in {git.directory}", result)
