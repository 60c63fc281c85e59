"""Emulators: what runs binaries that are for another kind of machine."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ck_core import hookimpl
from ck_core.domain.installation import Installation
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform
from ck_core.domain.version import Version
from ck_core.system.home import cache_directory
from ck_core.system.processes import clean_environment, run_tool
from ck_plugins_compilers.drivers import ask
from ck_plugins_compilers.search import find_executables

PLUGIN = "emulators"


@dataclass(frozen=True, kw_only=True)
class _Product:
    name: str
    title: str


_QEMU = _Product(name="qemu", title="QEMU")
_WINE = _Product(name="wine", title="Wine")
_QEMU_TARGETS = {
    "aarch64": "linux-arm64",
    "arm": "linux-armhf",
    "riscv64": "linux-riscv64",
    "ppc64le": "linux-ppc64le",
    "s390x": "linux-s390x",
    "i386": "linux-i686",
    "x86_64": "linux-x86_64",
}
"""QEMU's user emulators, by what they are called."""
_QEMU_VERSION = re.compile(r"^qemu-\S+ version (\d+(?:\.\d+)*)", re.MULTILINE)
_WINE_TARGET = "windows-x86_64"
_WINE_VERSION = re.compile(r"^wine-(\d+(?:\.\d+)*)", re.MULTILINE)
_WINE_NAMES = r"wine64|wine|wine-stable"
_PREFIX_TIMEOUT_S = 180.0


@hookimpl
def detect(requirement: Requirement, platform: Platform) -> Sequence[Installation]:
    """Only what runs here what the host itself does not."""
    wanted = _wanted(requirement) - {platform.host.name}
    found = [*_qemu(wanted, platform)]
    if _WINE_TARGET in wanted:
        found += _wine()
    return found


def _wanted(requirement: Requirement) -> frozenset[str]:
    """The targets that are asked for; all where just an emulator is."""
    known = {*_QEMU_TARGETS.values(), _WINE_TARGET}
    named = {target for target in known if f"runs-{target}" in requirement.tags}
    if named or not requirement.tags & {"emulator", "qemu", "wine"}:
        return frozenset(named)
    return frozenset(known)


def _qemu(wanted: frozenset[str], platform: Platform) -> Iterator[Installation]:
    """User emulators; those of Debian's qemu-user-static have a suffix."""
    if platform.host.system != "linux":
        return
    for architecture, target in _QEMU_TARGETS.items():
        if target not in wanted:
            continue
        for path in find_executables(rf"qemu-{architecture}(-static)?"):
            if version := _QEMU_VERSION.search(ask(path, "--version")):
                yield _described(_QEMU, version[1], target, path)


def _wine() -> Iterator[Installation]:
    for path in find_executables(_WINE_NAMES):
        variables = _wine_variables()
        if version := _WINE_VERSION.search(ask(path, "--version")):
            problem = _make_wine_prefix(path, variables)
            yield _described(
                _WINE, version[1], _WINE_TARGET, path, variables=variables, problem=problem
            )


def _wine_variables() -> dict[str, str]:
    """Nothing of the user's Wine is touched; nothing asks for Mono, Gecko or a screen."""
    return {
        "WINEPREFIX": str(cache_directory() / "wine"),
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=",
    }


def _make_wine_prefix(path: Path, variables: dict[str, str]) -> str:
    """Wine's first start takes seconds, which no measured run shall; why it failed, or empty."""
    prefix = Path(variables["WINEPREFIX"])
    if (prefix / "system.reg").is_file():
        return ""
    prefix.parent.mkdir(parents=True, exist_ok=True)
    environment = {**clean_environment(), **variables}
    result = run_tool(
        [str(path), "wineboot", "--init"], timeout_s=_PREFIX_TIMEOUT_S, environment=environment
    )
    if result.status != 0:
        words = (result.error_output.strip() or "no words of its own").splitlines()[-1]
        return f"could not set up {prefix}: {words:.100}"
    # The registry is written when the last process of the prefix is gone.
    run_tool(["wineserver", "-w"], timeout_s=_PREFIX_TIMEOUT_S, environment=environment)
    return ""


def _described(
    product: _Product,
    version: str,
    target: str,
    path: Path,
    *,
    variables: Mapping[str, str] | None = None,
    problem: str = "",
) -> Installation:
    return Installation(
        name=f"{product.title} {version} for {target}",
        product=product.name,
        version=version,
        path=path,
        tags=frozenset({"emulator", product.name, f"runs-{target}"}) | Version(version).tags,
        environment={"CK_EMULATOR": shlex.quote(str(path)), **(variables or {})},
        plugin=PLUGIN,
        soft=f"emulator.{product.name}",
        problem=problem,
    )
