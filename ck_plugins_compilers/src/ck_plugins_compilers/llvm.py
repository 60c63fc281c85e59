"""Clang and flang of every version, and the compilers vendors make of them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ck_core import hookimpl
from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform, parse_target
from ck_core.domain.tuning.session import TuningSession
from ck_plugins_compilers import cross, native_build
from ck_plugins_compilers.banners import Banner
from ck_plugins_compilers.drivers import (
    LANGUAGE_TAGS,
    NATIVE_TAGS,
    Identity,
    concerns,
    detect_native,
    variables_for,
)
from ck_plugins_compilers.features_llvm import read_features
from ck_plugins_compilers.flags import add_compiler_parameters
from ck_plugins_compilers.flags_llvm import clang_parameters
from ck_plugins_compilers.general_parameters import GROUP
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
def detect(requirement: Requirement, platform: Platform) -> Sequence[Installation]:
    """For the host, for what a name's prefix says, and for the platform's target."""
    if not concerns(requirement, _OWN_TAGS):
        return ()
    found = list(detect_native(_LANGUAGES, _identify))
    return cross.checked([*found, *_retargeted(found, platform)], platform)


@hookimpl
def build(request: BuildRequest) -> BuildResult | None:
    return native_build.build(request) if request.compiler.plugin == PLUGIN else None


@hookimpl
def autotune(session: TuningSession) -> None:
    session.add_feature_reader(PLUGIN, read_features)
    if session.wants(GROUP):
        add_compiler_parameters(session, PLUGIN, clang_parameters)


def _retargeted(found: Sequence[Installation], platform: Platform) -> Iterator[Installation]:
    """Clang makes code for every target; what it takes besides is another GCC's."""
    triple = cross.TRIPLES.get(platform.target.name)
    if not platform.is_cross or triple is None:
        return
    for one in found:
        if "clang" in one.tags and one.target and parse_target(one.target) == platform.host:
            yield retargeted(one, triple)


def retargeted(compiler: Installation, triple: str) -> Installation:
    """The same clang, making code for another machine."""
    host, target = parse_target(compiler.target), parse_target(triple)
    options = f"--target={triple}"
    commands = {
        variable: f"{shlex.quote(compiler.environment[variable])} {options}"
        for variable in ("CK_CC", "CK_CXX")
        if variable in compiler.environment
    }
    return replace(
        compiler,
        name=f"{compiler.name} for {triple}",
        tags=(compiler.tags - host.tags - LANGUAGE_TAGS["fortran"]) | target.tags,
        environment={**compiler.environment, **commands, **variables_for(target)},
        target=triple,
    )


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
