"""The compilers of Android's NDK: one clang, with a wrapper for each target and API level."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_core.domain.target import Target
from ck_plugins_compilers.banners import Banner, parse_banner
from ck_plugins_compilers.drivers import Identity, ask, describe
from ck_plugins_compilers.search import DriverSet

API_VARIABLE = "CK_ANDROID_API"
_NDK_VARIABLES = ("ANDROID_NDK_HOME", "ANDROID_NDK_ROOT", "ANDROID_NDK")
_SDK_VARIABLES = ("ANDROID_HOME", "ANDROID_SDK_ROOT")
_SDK_PLACES = ("~/Android/Sdk", "~/Library/Android/sdk", "/usr/lib/android-sdk")
_NDK_PLACES = ("android-ndk*", "*/android-ndk*")
_PREFIXES = {
    "aarch64": "aarch64-linux-android",
    "arm": "armv7a-linux-androideabi",
    "x86_64": "x86_64-linux-android",
    "i686": "i686-linux-android",
}
_LANGUAGES = {"c": "clang", "cpp": "clang++"}
_IDENTITY = Identity(
    product="clang",
    title="Android NDK clang",
    tags=frozenset({"llvm", "ndk", "android"}),
    plugin="llvm",
    priority=0,
    soft="compiler.ndk",
)
# Devices have no libc++_shared.so.
_FLAGS = "-static-libstdc++ -Wno-unused-command-line-argument"


def compilers(target: Target) -> Iterator[Installation]:
    """One for each NDK and API level; the highest level has the highest priority."""
    for tools in _tool_directories():
        banner = parse_banner(ask(tools / "clang", "--version"))
        if banner is None:
            continue
        for api, driver_set in _driver_sets(tools, target).items():
            yield _described(banner, api, driver_set)


def sdk_directories() -> Iterator[Path]:
    named = (os.environ.get(name, "") for name in _SDK_VARIABLES)
    yield from (Path(text) for text in named if text)
    yield from (Path(text).expanduser() for text in _SDK_PLACES)


def _tool_directories() -> list[Path]:
    """Directories of compilers, each once, those that variables name first."""
    found = (
        tools.resolve()
        for ndk in _ndk_directories()
        for tools in sorted(ndk.glob("toolchains/llvm/prebuilt/*/bin"))
    )
    return list(dict.fromkeys(found))


def _ndk_directories() -> Iterator[Path]:
    named = (os.environ.get(name, "") for name in _NDK_VARIABLES)
    yield from (Path(text) for text in named if text)
    for sdk in sdk_directories():
        yield from sorted(sdk.glob("ndk/*"), reverse=True)
        yield sdk / "ndk-bundle"
    for pattern in _NDK_PLACES:
        yield from sorted(Path("/opt").glob(pattern), reverse=True)


def _driver_sets(tools: Path, target: Target) -> Mapping[int, DriverSet]:
    """By API level."""
    prefix = _PREFIXES.get(target.architecture)
    if prefix is None:
        return {}
    found: dict[int, DriverSet] = {}
    for path in sorted(tools.glob(f"{prefix}*-clang")):
        if match := re.fullmatch(rf"{prefix}(\d+)-clang", path.name):
            drivers = _drivers(path)
            word = path.name.removesuffix("clang")
            found[int(match[1])] = DriverSet(prefix=word, suffix="", drivers=drivers)
    return found


def _drivers(c_driver: Path) -> Mapping[str, Path]:
    stem = c_driver.name.removesuffix("clang")
    paths = {language: c_driver.with_name(stem + tool) for language, tool in _LANGUAGES.items()}
    return {language: path for language, path in paths.items() if os.access(path, os.X_OK)}


def _described(banner: Banner, api: int, driver_set: DriverSet) -> Installation:
    plain = describe(_IDENTITY, banner, driver_set)
    return replace(
        plain,
        name=f"{plain.name} (needs Android API {api})",
        tags=plain.tags | {f"android-api-{api}"},
        environment={
            **plain.environment,
            API_VARIABLE: str(api),
            "CK_COMPILER_FLAGS_OBLIGATORY": _FLAGS,
        },
        priority=api,
    )
