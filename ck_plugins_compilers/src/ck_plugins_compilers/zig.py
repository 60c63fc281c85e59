"""zig cc: a C and C++ compiler for many targets; package:zig installs it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.build import BuildRequest, BuildResult
from ck_core.domain.installation import Installation
from ck_core.domain.meta import Meta
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform, Target, parse_target
from ck_core.errors import BadComponentError
from ck_core.system.home import cache_directory, tools_directory
from ck_plugins_compilers import native_build
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
# zig's own libraries: musl, linked statically, and MinGW's. It has none of Android's.
_TARGETS = {
    "linux-x86_64": "x86_64-linux-musl",
    "linux-arm64": "aarch64-linux-musl",
    "linux-armhf": "arm-linux-musleabihf",
    "linux-riscv64": "riscv64-linux-musl",
    "linux-ppc64le": "powerpc64le-linux-musl",
    "linux-s390x": "s390x-linux-musl",
    "linux-i686": "x86-linux-musl",
    "windows-x86_64": "x86_64-windows-gnu",
    "windows-i686": "x86-windows-gnu",
    "darwin-x86_64": "x86_64-macos",
    "darwin-arm64": "aarch64-macos",
}
_MARKER = "ckp-install.json"
"""What ckp leaves in the directory of a package that is completely installed."""
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
def detect(
    requirement: Requirement, platform: Platform, places: Sequence[Path]
) -> Sequence[Installation]:
    """For the platform's target first, then for the host."""
    if not concerns(requirement, _IDENTITY.tags | {"zig"}):
        return ()
    targets = list(dict.fromkeys(filter(_makes, (platform.target, platform.host))))
    return tuple(_detected(targets, platform.host, places))


@hookimpl
def build(request: BuildRequest) -> BuildResult | None:
    return native_build.build(request) if request.compiler.plugin == PLUGIN else None


def _makes(target: Target) -> bool:
    return target.name in _TARGETS


def _detected(
    targets: Sequence[Target], host: Target, places: Sequence[Path]
) -> Iterator[Installation]:
    """Those on PATH, with a cache among ckp's, and those of wheels, with one of their own."""
    for path in find_executables(r"zig(\.exe)?"):
        if version := _version(path):
            cache = cache_directory() / f"zig-{version}"
            yield from (_describe(path, version, one, host, cache) for one in targets)
    for place in places:
        yield from _in_place(place, targets, host)
    for marker in sorted(tools_directory().glob(f"zig-*/{_MARKER}")):
        yield from _installed_before(marker, targets, host)


def _in_place(place: Path, targets: Sequence[Target], host: Target) -> Iterator[Installation]:
    for path in sorted(place.glob("lib/python*/site-packages/ziglang/zig")):
        if version := _version(path):
            cache = place / "cache"
            yield from (_describe(path, version, one, host, cache) for one in targets)


def _installed_before(
    marker: Path, targets: Sequence[Target], host: Target
) -> Iterator[Installation]:
    """One download serves every target: what is registered for one is offered for the others."""
    try:
        known = Meta(json.loads(marker.read_text(encoding="utf-8")), marker)
        registered = parse_target(known.text("target"))
    except (OSError, ValueError, BadComponentError):
        return
    for one in _in_place(marker.parent, [one for one in targets if one != registered], host):
        yield replace(
            one,
            origin=known.text("origin"),
            digest=known.text("digest"),
            directory=marker.parent,
            package=known.text("package_uoa"),
            package_alias=known.text("package_alias"),
        )


def _version(path: Path) -> str:
    answer = ask(path, "version").strip()
    return answer if "\n" not in answer and answer[:1].isdigit() else ""


def _describe(path: Path, version: str, target: Target, host: Target, cache: Path) -> Installation:
    """The host's libraries are the system's; those of other targets zig brings itself."""
    triple = str(host) if target == host else _TARGETS[target.name]
    options = "" if target == host else f" -target {triple}"
    return Installation(
        name=f"zig {version}" if target == host else f"zig {version} for {triple}",
        product=_IDENTITY.product,
        version=version,
        path=path,
        tags=installation_tags(_IDENTITY, version, triple),
        environment={**GNU_LIKE_VARIABLES, **_LEVELS, **_variables(path, options, cache)},
        target=triple,
        plugin=PLUGIN,
        priority=_IDENTITY.priority,
        soft=_IDENTITY.soft,
    )


def _variables(path: Path, options: str, cache: Path) -> dict[str, str]:
    """Commands of several words."""
    tool = shlex.quote(str(path))
    return {
        "CK_CC": f"{tool} cc{options}",
        "CK_CXX": f"{tool} c++{options}",
        "CK_COMPILER_FLAGS_OBLIGATORY": _COMPARABLE_FLAGS,
        "ZIG_GLOBAL_CACHE_DIR": str(cache),
        "ZIG_LOCAL_CACHE_DIR": str(cache),
    }
