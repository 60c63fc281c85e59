"""New clones."""

from __future__ import annotations

import os
from pathlib import Path

from ck_core.domain.pin import Pin
from ck_core.errors import UsageError
from ck_core.system.git.checkout import check_out, target
from ck_core.system.git.door import LONG_S, Git, failure_of_remote
from ck_core.system.git.urls import check_url, without_credentials
from ck_core.system.trees import new_directory


def clone(url: str, directory: Path, pin: Pin) -> None:
    """Makes ``directory`` with the full history, or nothing at all.

    Credentials in the URL are kept in the clone's ``.git/config``: updates need them.

    Raises:
        UsageError: the URL, the pin or the directory is impossible.
        InstallError: git is missing or fails.
    """
    check_url(url)
    if os.path.lexists(directory):
        raise UsageError(f"{directory} exists already", hint="choose another name, or remove it")
    with new_directory(directory.absolute()) as temporary:
        if pin == Pin():
            _download(url, temporary)
        else:
            _download(url, temporary, "--no-checkout")
            git = Git(directory=temporary)
            check_out(git, target(git, pin, without_credentials(url)), pin.branch)


def _download(url: str, directory: Path, *options: str) -> None:
    """By git's protocol even from a path: what comes is checked, and no file is shared."""
    fixed = ("--quiet", "--no-local", "--template=", "--origin=origin", "--no-recurse-submodules")
    result = Git().run("clone", *fixed, *options, "--", url, str(directory), timeout_s=LONG_S)
    if result.status:
        raise failure_of_remote(f"cannot clone {without_credentials(url)}", result)
