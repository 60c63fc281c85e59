"""Clang and flang of every version, and the compilers vendors make of them."""

from __future__ import annotations

from collections.abc import Sequence

from ck_core import hookimpl
from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.installation import Installation
from ck_core.domain.parameter import TuningSession
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform
from ck_plugins_compilers import native_build
from ck_plugins_compilers.banners import Banner
from ck_plugins_compilers.drivers import NATIVE_TAGS, Identity, concerns, detect_native
from ck_plugins_compilers.flags import add_compiler_parameters
from ck_plugins_compilers.flags_llvm import clang_parameters
from ck_plugins_compilers.search import DriverSet

PLUGIN = "llvm"
_LANGUAGES = {
    "clang": "c",
    "armclang": "c",
    "amdclang": "c",
    "clang++": "cpp",
    "armclang++": "cpp",
    "amdclang++": "cpp",
    "flang": "fortran",
    "flang-new": "fortran",
    "armflang": "fortran",
    "amdflang": "fortran",
}
_OWN_TAGS = NATIVE_TAGS | {"llvm", "clang", "flang"}
_TITLES = {"apple": "Apple clang", "arm": "Arm clang", "cray": "Cray clang", "amd": "AMD clang"}


@hookimpl
def detect(requirement: Requirement, platform: Platform) -> Sequence[Installation]:  # noqa: ARG001  # every target is looked for
    if not concerns(requirement, _OWN_TAGS):
        return ()
    return tuple(detect_native(_LANGUAGES, _identify))


@hookimpl
def build(request: BuildRequest) -> BuildResult | None:
    return native_build.build(request) if request.compiler.plugin == PLUGIN else None


@hookimpl
def autotune(session: TuningSession) -> None:
    add_compiler_parameters(session, PLUGIN, clang_parameters)


def _identify(banner: Banner, driver_set: DriverSet) -> Identity | None:
    if banner.family not in {"clang", "flang"} or banner.vendor == "zig":
        return None
    product = "clang" if "c" in driver_set.drivers else "flang"
    vendor = {banner.vendor} - {"", "llvm"}
    fortran = {"flang"} if "fortran" in driver_set.drivers else set[str]()
    return Identity(
        product=product,
        title=_TITLES.get(banner.vendor, product.capitalize()),
        tags=frozenset({"llvm"} | vendor | fortran),
        plugin=PLUGIN,
        priority=30,
        soft="compiler.llvm",
    )
