"""Installing from source files."""

from __future__ import annotations

import shutil

from ck_core.builtin.packages.builds import Work, run_build
from ck_core.builtin.packages.order import Order, bare_installation, order_of
from ck_core.builtin.packages.sources import get_sources
from ck_core.builtin.packages.toolchain import toolchain_of
from ck_core.domain.install import InstallRequest
from ck_core.domain.installation import Installation
from ck_core.domain.recipe import SourceRecipe
from ck_core.errors import InstallError
from ck_core.system.files import staging_name, storage_errors
from ck_core.system.locks import BUSY_NAME


def install_from_source(recipe: SourceRecipe, request: InstallRequest) -> Installation:
    """Built beside nothing of the user's: in a directory inside the package's own, then gone."""
    order = order_of(request)
    scratch = staging_name(order.directory / "build")
    with storage_errors("create", scratch):
        scratch.mkdir()
    try:
        sources = get_sources(recipe, order, scratch / "source")
        tree = scratch / "tree"
        with storage_errors("create", tree):
            tree.mkdir()
        run_build(
            Work(
                build=recipe.build,
                sources=sources,
                toolchain=toolchain_of(order),
                order=order,
                scratch=tree,
            )
        )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    _check_result(order)
    return bare_installation(order, origin=sources.origin, digest=sources.digest)


def _check_result(order: Order) -> None:
    place = order.directory
    if not place.is_dir() or not any(path.name != BUSY_NAME for path in place.iterdir()):
        raise InstallError(
            f"the build of package:{order.package.name} put nothing into {order.directory}",
            hint=f"correct its recipe in {order.package.component.meta_file}",
        )
