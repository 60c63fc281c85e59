"""Things that are on this machine: compilers, libraries, datasets, frameworks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from ck_core.domain.version import Version, label_of


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One detected or installed thing; on disk it becomes an ``env`` component.

    Attributes:
        name: for people, e.g. ``GCC 12.2.0``.
        product: the tag people name it by, e.g. ``gcc``.
        version: dotted text, e.g. ``12.2.0``.
        path: its main file; when that file changes, the installation is detected anew.
        tags: everything requirements may ask for.
        environment: variables it sets, e.g. ``CK_CC`` (the compiler's command).
        target: the triple it makes binaries for; empty for what is no compiler.
        plugin: the plugin that builds with it; where empty, the one that detected it.
        origin: where it came from, e.g. ``detected`` or ``PyPI ziglang 0.17.1``.
        priority: among different products that fit equally the higher wins, then the newer.
        soft: the ``soft`` component it is an instance of, e.g. ``compiler.gcc``.
        include_directories: where its headers are, for compiling against it.
        link_flags: words of a link line that take it: ``/tools/zlib/lib/libz.a``, ``-lz``.
        library_directories: where the loader finds its shared libraries.
        binary_directories: what ``PATH`` needs for its tools.
        dependencies: requirement's key to UID of the installation it was made with.
        directory: what belongs to it alone and goes with ``ckp uninstall``; None for what
            was found.
        package: UID of the package that made it; ``package_alias`` is its name,
            ``package_variation`` which of its variations it is.
        digest: ``sha256:...`` of what it was made from; empty for what was found.
        problem: why it serves nobody as it is, and what would help; empty when it works.
    """

    name: str
    product: str
    version: str
    path: Path
    tags: frozenset[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    plugin: str = ""
    origin: str = "detected"
    priority: int = 0
    soft: str = ""
    include_directories: tuple[Path, ...] = ()
    link_flags: tuple[str, ...] = ()
    library_directories: tuple[Path, ...] = ()
    binary_directories: tuple[Path, ...] = ()
    dependencies: Mapping[str, str] = field(default_factory=dict)
    directory: Path | None = None
    package: str = ""
    package_alias: str = ""
    package_variation: str = ""
    digest: str = ""
    problem: str = ""

    def __post_init__(self) -> None:
        """Plugins are strangers' code: a wrong type is told where it is made."""
        for name, kind in (("tags", frozenset), ("path", Path), ("version", str)):
            value = getattr(self, name)
            if not isinstance(value, kind):
                found = type(value).__name__
                raise TypeError(f"Installation.{name} must be a {kind.__name__}, not a {found}")

    @property
    def uid(self) -> str:
        """Stable for the same thing at the same place: 16 hexadecimal digits."""
        identity = f"{self.product}\0{self.version}\0{self.path}\0{self.target}"
        return sha256(identity.encode()).hexdigest()[:16]

    @property
    def package_names(self) -> frozenset[str]:
        return frozenset({self.package, self.package_alias} - {""})

    @property
    def label(self) -> str:
        return label_of(self.product, self.version)

    @property
    def order(self) -> tuple[str, Version, str]:
        """What lists are sorted by."""
        return self.product, Version(self.version), str(self.path)

    def described_by(self, found: Installation, package_tags: frozenset[str]) -> Installation:
        """What was installed, as detection finds it now: what only installing tells stays."""
        return replace(
            found,
            tags=found.tags | package_tags,
            origin=self.origin,
            digest=self.digest,
            dependencies=self.dependencies,
            directory=self.directory,
            package=self.package,
            package_alias=self.package_alias,
            package_variation=self.package_variation,
            soft=found.soft or self.soft,
        )
