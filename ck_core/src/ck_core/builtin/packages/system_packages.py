"""Installing by the system's own package manager: shown, and run only where the user lets us."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping

from ck_core.builtin.packages.order import bare_installation, order_of
from ck_core.builtin.packages.tools import run_step
from ck_core.domain.install import InstallRequest
from ck_core.domain.installation import Installation
from ck_core.domain.recipe import SystemRecipe
from ck_core.errors import InstallError
from ck_core.system.processes import clean_environment

_PROGRAMS = {"apt": "apt-get", "dnf": "dnf", "brew": "brew"}
_COMMANDS: Mapping[str, tuple[str, ...]] = {
    "apt": ("apt-get", "install", "--yes", "--no-install-recommends"),
    "dnf": ("dnf", "install", "--assumeyes"),
    "brew": ("brew", "install"),
}
_AS_ROOT = frozenset({"apt", "dnf"})


def install_by_system(recipe: SystemRecipe, request: InstallRequest) -> Installation:
    """What came is found by detection: the package's own directory stays empty.

    Raises:
        InstallError: the user has not allowed it, there is no such manager, or it fails.
    """
    order = order_of(request)
    manager = _manager(recipe, order.package.name)
    names = recipe.packages[manager]
    command = [*_COMMANDS[manager], *names]
    if not request.allowed_system:
        raise _not_allowed(order.package.name, _with_rights(command, manager, "sudo"))
    run_step(
        f"install {' '.join(names)}",
        _with_rights(command, manager, "sudo", "-n"),
        order,
        environment={**clean_environment(), "DEBIAN_FRONTEND": "noninteractive"},
        hint=f"run it yourself: {shlex.join(_with_rights(command, manager, 'sudo'))}",
    )
    return bare_installation(order, origin=f"{manager} {' '.join(names)}", digest="")


def _manager(recipe: SystemRecipe, name: str) -> str:
    for manager in recipe.packages:
        if shutil.which(_PROGRAMS[manager]):
            return manager
    named = ", ".join(_PROGRAMS[manager] for manager in recipe.packages)
    raise InstallError(
        f"package:{name} is installed by {named}, which this system does not have",
        hint=f"install {' and '.join(recipe.packages[next(iter(recipe.packages))])} "
        "the way your system does it; ckp will find it",
    )


def _not_allowed(name: str, command: list[str]) -> InstallError:
    shown = shlex.join(command)
    return InstallError(
        f"package:{name} is installed by the system's package manager, which changes the system",
        hint=f"run it yourself: {shown} - or let ckp do it: the same ckp command with --yes",
    )


def _with_rights(command: list[str], manager: str, *sudo: str) -> list[str]:
    return [*sudo, *command] if manager in _AS_ROOT and os.geteuid() else command
