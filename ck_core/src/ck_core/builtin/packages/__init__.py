"""Installs ``package`` components by their recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ck_core import hookimpl
from ck_core.domain.recipe import PythonRecipe, SourceRecipe, SystemRecipe

if TYPE_CHECKING:
    from ck_core.domain.install import InstallRequest
    from ck_core.domain.installation import Installation


@hookimpl(trylast=True)
def install(request: InstallRequest) -> Installation | None:
    """Every package with a recipe, unless another plugin has taken it.

    Raises:
        InstallError: it failed; the last lines of the tool are in ``details``.
        StorageError: the disk is full or cannot be written.
    """
    recipe = request.package.recipe if request.package else None
    # Imported where used: most runs install nothing.
    if isinstance(recipe, SourceRecipe):
        from ck_core.builtin.packages.from_source import install_from_source  # noqa: PLC0415

        return install_from_source(recipe, request)
    if isinstance(recipe, PythonRecipe):
        from ck_core.builtin.packages.python_environment import install_python  # noqa: PLC0415

        return install_python(recipe, request)
    if isinstance(recipe, SystemRecipe):
        from ck_core.builtin.packages.system_packages import install_by_system  # noqa: PLC0415

        return install_by_system(recipe, request)
    return None
