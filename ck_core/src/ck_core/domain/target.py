"""Machines that binaries are for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches

from ck_core.errors import UsageError

_ARCHITECTURES = {
    "amd64": "x86_64",
    "x64": "x86_64",
    "arm64": "aarch64",
    "x86": "i686",
    "i386": "i686",
    "i486": "i686",
    "i586": "i686",
    "powerpc64le": "ppc64le",
    "ppc64el": "ppc64le",
    "armhf": "arm",
    "armv7": "arm",
    "armv7l": "arm",
    "armv7a": "arm",
    "armv8l": "arm",
}
_SHORT_ARCHITECTURES = {"aarch64": "arm64", "arm": "armhf"}
# In this order: Android's triples name linux too.
_SYSTEMS = ("android", "linux", "darwin", "windows", "mingw", "freebsd", "wasi", "macos")
_SYSTEM_NAMES = {"mingw": "windows", "macos": "darwin"}
# ABIs of their own, whose binaries the plain architecture's system does not run.
_ABIS = {("arm", "gnueabi"): "armel", ("arm", "musleabi"): "armel", ("x86_64", "gnux32"): "x32"}
TARGET_NAMES = (
    "linux-x86_64",
    "linux-arm64",
    "linux-armhf",
    "linux-riscv64",
    "linux-ppc64le",
    "linux-s390x",
    "linux-i686",
    "windows-x86_64",
    "windows-i686",
    "android-arm64",
    "android-armhf",
    "android-x86_64",
    "darwin-x86_64",
    "darwin-arm64",
)
"""What ``--target`` takes; which of them work here the compilers tell."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a binary runs on, e.g. architecture ``x86_64`` and system ``linux``."""

    architecture: str
    system: str

    @property
    def bits(self) -> int:
        return 64 if "64" in self.architecture or self.architecture == "s390x" else 32

    @property
    def name(self) -> str:
        """As ``--target`` takes it: ``linux-arm64``."""
        return f"{self.system}-{_SHORT_ARCHITECTURES.get(self.architecture, self.architecture)}"

    @property
    def tags(self) -> frozenset[str]:
        """Tags in CK's manner: ``target-os-linux``, ``target-os-linux-64``, ``64bits``."""
        return frozenset(
            {
                f"target-os-{self.system}",
                f"target-os-{self.system}-{self.bits}",
                f"target-arch-{self.architecture}",
                f"{self.bits}bits",
            }
        )

    @property
    def system_tags(self) -> frozenset[str]:
        """Tags of CK's ``os`` entries (``linux``, ``linux-64``, ``unix``, ``64``), and the name."""
        unix = {"unix", "linux" if self.system == "android" else "unix"}
        return frozenset(
            {
                self.system,
                f"{self.system}-{self.bits}",
                str(self.bits),
                self.architecture,
                self.name,
            }
            | (set() if self.system == "windows" else unix)
        )

    @property
    def platform_names(self) -> frozenset[str]:
        """What CK's ``update_tags_by_..._platform`` may call it."""
        older = {"windows": "win", "darwin": "macos", "android": "linux"}.get(self.system)
        return frozenset({self.system, f"{self.system}-{self.bits}", older or self.system})

    def __str__(self) -> str:
        return f"{self.architecture}-{self.system}"


def parse_target(triple: str) -> Target:
    """The target of a GNU triple such as ``x86_64-pc-linux-gnu`` or ``aarch64--linux-gnu``."""
    architecture, _, rest = triple.lower().partition("-")
    system = next((name for name in _SYSTEMS if name in rest), rest or "unknown")
    target = _target(architecture, system)
    abi = _ABIS.get((target.architecture, rest.rpartition("-")[2]))
    return replace(target, architecture=abi) if abi else target


def parse_target_name(name: str) -> Target:
    """The target of ``linux-arm64``.

    Raises:
        UsageError: it is none of ``TARGET_NAMES``.
    """
    system, _, architecture = name.lower().partition("-")
    target = _target(architecture, system)
    if target.name not in TARGET_NAMES:
        near = get_close_matches(name, TARGET_NAMES, n=1, cutoff=0.4)
        suggestion = f"did you mean {near[0]}? " if near else ""
        raise UsageError(
            f"ckp knows no target '{name}'", hint=f"{suggestion}one of {', '.join(TARGET_NAMES)}"
        )
    return target


def _target(architecture: str, system: str) -> Target:
    return Target(
        architecture=_ARCHITECTURES.get(architecture, architecture),
        system=_SYSTEM_NAMES.get(system, system),
    )


@dataclass(frozen=True, kw_only=True)
class Platform:
    """The machine ckp runs on and the one binaries are built for."""

    host: Target
    target: Target
    cores: int
    cpu: str = ""
    os_name: str = ""

    def for_host(self) -> Platform:
        """The same machine, for what must run on it whatever the binaries are for."""
        return replace(self, target=self.host)

    @property
    def is_cross(self) -> bool:
        """Whether binaries are for another kind of machine than this."""
        return self.host != self.target
