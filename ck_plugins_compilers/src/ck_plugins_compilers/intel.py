"""Intel's compilers: the classic icc, icpc, ifort and the LLVM-based icx, icpx, ifx."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from ck_core import hookimpl
from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform
from ck_plugins_compilers import native_build
from ck_plugins_compilers.banners import Banner
from ck_plugins_compilers.drivers import NATIVE_TAGS, Identity, concerns, detect_native
from ck_plugins_compilers.search import DriverSet

PLUGIN = "intel"
# Two generations lie in one directory; a Fortran driver belongs to its own generation.
_GENERATIONS = (
    {"icx": "c", "icpx": "cpp", "ifx": "fortran"},
    {"icc": "c", "icpc": "cpp", "ifort": "fortran"},
)
_OWN_TAGS = NATIVE_TAGS | {"intel", "icc", "icx", "oneapi"}


@hookimpl
def detect(requirement: Requirement, platform: Platform) -> Sequence[Installation]:  # noqa: ARG001  # every target is looked for
    if not concerns(requirement, _OWN_TAGS):
        return ()
    return tuple(chain.from_iterable(detect_native(each, _identify) for each in _GENERATIONS))


@hookimpl
def build(request: BuildRequest) -> BuildResult | None:
    return native_build.build(request) if request.compiler.plugin == PLUGIN else None


def _identify(banner: Banner, driver_set: DriverSet) -> Identity | None:
    if banner.vendor != "intel":
        return None
    product = driver_set.main_tool
    oneapi = {"oneapi"} if product in _GENERATIONS[0] else {"icc-classic"}
    return Identity(
        product=product,
        title=f"Intel {product}",
        tags=frozenset({"intel"} | oneapi),
        plugin=PLUGIN,
        priority=20,
        soft="compiler.intel",
    )
