"""Where a work tree is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ck_core.system.git.door import Git, command_in, failure
from ck_core.system.git.place import find_place
from ck_core.system.git.room import room_for


@dataclass(frozen=True, kw_only=True)
class State:
    """Where a work tree is.

    Args:
        commit: the full name; empty before the first commit.
        branch: empty where HEAD is detached.
        modified: something differs from the commit; new files that git does not ignore count,
            submodules do not.
    """

    commit: str
    branch: str
    modified: bool


def state(directory: Path) -> State | None:
    """None where the directory is not itself the top of a git work tree.

    Raises:
        InstallError: git is missing or cannot read the repository.
    """
    place = find_place(directory)
    if place is None:
        return None
    with room_for(directory, place) as git:
        return read_state(git)


def read_state(git: Git) -> State:
    """From the headers: git has looked at everything before it prints them."""
    options = ("--branch", "--untracked-files=normal", "--ignore-submodules=all")
    result = git.run("status", "--porcelain=v2", *options)
    lines = result.output.splitlines()
    headers = dict(line[2:].split(" ", 1) for line in lines if line.startswith("# "))
    if not {"branch.oid", "branch.head"} <= headers.keys():
        hint = f"{command_in(git.directory)} fsck"
        raise failure(f"git cannot read {git.directory}", result, hint)
    return State(
        commit=headers["branch.oid"].replace("(initial)", ""),
        branch=headers["branch.head"].replace("(detached)", ""),
        modified=any(line[:1] != "#" for line in lines),
    )
