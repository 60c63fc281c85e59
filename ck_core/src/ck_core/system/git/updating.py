"""Work trees that go forward, and never lose what is only there."""

from __future__ import annotations

import shlex
from pathlib import Path

from ck_core.domain.pin import Pin
from ck_core.errors import CkpError, UsageError
from ck_core.system.git.checkout import check_out, target
from ck_core.system.git.door import LONG_S, Git, command_in, failure_of_remote
from ck_core.system.git.head import head_lent
from ck_core.system.git.place import Place, find_place
from ck_core.system.git.room import room_for
from ck_core.system.git.urls import check_url, without_credentials
from ck_core.system.git.work_tree import State, read_state


def update(directory: Path, pin: Pin) -> None:
    """Fetches from origin and moves to the pin, or fast-forwards the current branch.

    Of the repository's own configuration only origin's URL and what the branch follows count.

    Raises:
        UsageError: no repository that can be updated, or the pin is not in it.
        InstallError: git is missing, or it or the remote fails.
        CkpError: local commits or files stand in the way; they are as they were.
    """
    place = _place_to_update(directory)
    with room_for(directory, place) as git:
        before = read_state(git)
        wanted = pin if pin != Pin() else Pin(branch=_followed(git, before.branch))
        unnamed = _has_unnamed_commits(git, before)
        _fetch(git)
        start = target(git, wanted, str(directory))
        branch = (pin.branch or before.branch) if wanted.branch else ""
        if branch:
            start = _forward(git, branch, start)
        if unnamed and git.commit(start) != before.commit:
            raise _own_commits(git, "no branch names them", "branch", "NAME", before.commit)
        with head_lent(git, place):
            check_out(git, start, branch)


def _place_to_update(directory: Path) -> Place:
    place = find_place(directory)
    if place is None:
        raise UsageError(f"{directory} is not the top of a git work tree")
    entry = directory.absolute() / ".git"
    if entry.is_symlink() or place.own != entry or place.common != entry:
        raise UsageError(
            f"{directory} shares another repository's .git: that one is not touched",
            hint=f"{command_in(directory)} pull",
        )
    return place


def _followed(git: Git, branch: str) -> str:
    """The branch of origin that a local one follows: that of the same name, if nothing is set."""
    if not branch:
        raise UsageError(
            f"{git.directory} is on no branch that could go forward",
            hint="name a branch, a tag or a commit",
        )
    if git.setting(f"branch.{branch}.remote") != "origin":
        return branch
    return git.setting(f"branch.{branch}.merge").removeprefix("refs/heads/") or branch


def _has_unnamed_commits(git: Git, before: State) -> bool:
    """Asked before fetching: a branch that was rewritten leaves commits that are not local."""
    if before.branch or not before.commit:
        return False
    named = ("--branches", "--tags", "--remotes")
    return bool(git.ask("rev-list", "--max-count=1", "HEAD", "--not", *named, "--"))


def _fetch(git: Git) -> None:
    url = git.setting("remote.origin.url")
    if not url:
        raise UsageError(
            f"{git.directory} has no remote 'origin' to update from",
            hint=f"{command_in(git.directory)} remote add origin URL",
        )
    check_url(url)
    options = ("--quiet", "--prune", "--force", "--tags", "--no-recurse-submodules")
    references = "+refs/heads/*:refs/remotes/origin/*"
    result = git.run("fetch", *options, "--", url, references, timeout_s=LONG_S)
    if result.status:
        source = without_credentials(url)
        raise failure_of_remote(f"cannot update {git.directory} from {source}", result)


def _forward(git: Git, branch: str, theirs: str) -> str:
    """Where a branch belongs: at origin's, or where it is if it only has more commits."""
    own = f"refs/heads/{branch}"
    if not git.commit(own):
        return theirs
    counts = git.ask("rev-list", "--left-right", "--count", f"{own}...{theirs}", "--")
    only_own, only_theirs = map(int, counts.split())
    if only_own and only_theirs:
        raise _own_commits(git, f"{branch!r} cannot be fast-forwarded", "rebase", theirs)
    return own if only_own else theirs


def _own_commits(git: Git, why: str, *command: str) -> CkpError:
    message = f"{git.directory} has commits of its own: {why}"
    rescue = f"{command_in(git.directory)} {shlex.join(command)}"
    return CkpError(message, hint=f"{rescue}, and update again")
