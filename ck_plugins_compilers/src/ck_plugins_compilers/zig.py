"""zig cc: a C and C++ compiler for many targets that ckp can install by itself."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.install import InstallRequest
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform
from ck_core.system.home import cache_directory, tools_directory
from ck_plugins_compilers import native_build, zig_install
from ck_plugins_compilers.drivers import (
    GNU_LIKE_VARIABLES,
    LANGUAGE_TAGS,
    Identity,
    ask,
    concerns,
    installation_tags,
)
from ck_plugins_compilers.search import find_executables

PLUGIN = "zig"
_IDENTITY = Identity(
    product="zig",
    title="zig",
    tags=LANGUAGE_TAGS["c"] | LANGUAGE_TAGS["cpp"],
    plugin=PLUGIN,
    priority=10,
    soft="compiler.zig",
)
# Without these zig tunes for the machine it runs on, adds debug information, defines NDEBUG
# when it optimises and checks stack and undefined behaviour when it does not: its times and
# sizes would not compare with other compilers'.
_COMPARABLE_FLAGS = "-mcpu=baseline -fno-sanitize=undefined -g0 -fno-stack-protector -UNDEBUG"
# zig hands -O2 to clang for every level above and keeps frame pointers.
_LEVELS = {
    "CK_OPT_SPEED": "-O3 -Xclang -O3 -fomit-frame-pointer",
    "CK_OPT_SIZE": "-Os -fomit-frame-pointer",
}


@hookimpl
def detect(requirement: Requirement, platform: Platform) -> Sequence[Installation]:
    if not concerns(requirement, _IDENTITY.tags | {"zig"}):
        return ()
    return tuple(_detected(platform))


@hookimpl
def install(request: InstallRequest) -> Installation | None:
    """Offered wherever a C or C++ compiler, or zig by name, is wanted and missing."""
    planned = _describe(
        zig_install.binary_path(request), zig_install.VERSION, request.platform, zig_install.ORIGIN
    )
    if request.requirement.refusal(planned) or not zig_install.is_available_for(request.platform):
        return None
    zig_install.install(request)
    return planned


@hookimpl
def build(request: BuildRequest) -> BuildResult | None:
    return native_build.build(request) if request.compiler.plugin == PLUGIN else None


def _detected(platform: Platform) -> Iterator[Installation]:
    """Those on PATH, then those that ``install`` put below ckp's tools."""
    for path in find_executables(r"zig(\.exe)?"):
        if version := _version(path):
            yield _describe(path, version, platform)
    for path in sorted(tools_directory().glob("zig-*/ziglang/zig")):
        if version := _version(path):
            yield _describe(path, version, platform, zig_install.ORIGIN)


def _version(path: Path) -> str:
    answer = ask(path, "version").strip()
    return answer if "\n" not in answer and answer[:1].isdigit() else ""


def _describe(
    path: Path, version: str, platform: Platform, origin: str = "detected"
) -> Installation:
    triple = str(platform.host)
    return Installation(
        name=f"zig {version}",
        product=_IDENTITY.product,
        version=version,
        path=path,
        tags=installation_tags(_IDENTITY, version, triple),
        environment={**GNU_LIKE_VARIABLES, **_LEVELS, **_variables(path, version, origin)},
        target=triple,
        plugin=PLUGIN,
        origin=origin,
        priority=_IDENTITY.priority,
        soft=_IDENTITY.soft,
    )


def _variables(path: Path, version: str, origin: str) -> dict[str, str]:
    """Commands of two words, and caches beside the installation or among ckp's."""
    ours = origin == zig_install.ORIGIN
    cache = path.parent.parent / "cache" if ours else cache_directory() / f"zig-{version}"
    tool = shlex.quote(str(path))
    return {
        "CK_CC": f"{tool} cc",
        "CK_CXX": f"{tool} c++",
        "CK_COMPILER_FLAGS_OBLIGATORY": _COMPARABLE_FLAGS,
        "ZIG_GLOBAL_CACHE_DIR": str(cache),
        "ZIG_LOCAL_CACHE_DIR": str(cache),
    }
