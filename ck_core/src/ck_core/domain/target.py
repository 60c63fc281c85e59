"""Machines that binaries are for."""

from __future__ import annotations

from dataclasses import dataclass

_ARCHITECTURES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64", "i386": "i686"}
_SYSTEMS = ("linux", "darwin", "windows", "mingw", "freebsd", "wasi", "macos")


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a binary runs on, e.g. architecture ``x86_64`` and system ``linux``."""

    architecture: str
    system: str

    @property
    def bits(self) -> int:
        return 64 if "64" in self.architecture or self.architecture == "s390x" else 32

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

    def __str__(self) -> str:
        return f"{self.architecture}-{self.system}"


def parse_target(triple: str) -> Target:
    """The target of a GNU triple such as ``x86_64-pc-linux-gnu`` or ``aarch64--linux-gnu``."""
    architecture, _, rest = triple.lower().partition("-")
    system = next((name for name in _SYSTEMS if name in rest), rest or "unknown")
    return Target(
        architecture=_ARCHITECTURES.get(architecture, architecture),
        system={"mingw": "windows", "macos": "darwin"}.get(system, system),
    )


@dataclass(frozen=True, kw_only=True)
class Platform:
    """The machine ckp runs on and the one binaries are built for."""

    host: Target
    target: Target
    cores: int
    cpu: str = ""
    os_name: str = ""
