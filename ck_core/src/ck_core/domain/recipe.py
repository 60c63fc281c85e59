"""What a package says of its source and its build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Archive:
    """``locations`` are URLs or absolute paths of one file, tried in this order."""

    locations: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, kw_only=True)
class GitCommit:
    """A commit, by its full name, of a git repository."""

    url: str
    commit: str


@dataclass(frozen=True, kw_only=True)
class SourceDistribution:
    """The source distribution of a project in a Python package index."""

    project: str
    version: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class NpmPackage:
    """The tarball of a package in npm's registry."""

    package: str
    version: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class OwnFiles:
    """What the package component itself holds below ``directory``."""

    directory: str


SourceFiles = Archive | GitCommit | SourceDistribution | NpmPackage | OwnFiles


@dataclass(frozen=True, kw_only=True)
class Build:
    """How source files become an installation.

    Attributes:
        tool: one of ``BUILD_TOOLS``.
        options: words for ``cmake``, ``configure`` or ``make``.
        targets: what is made; empty for the usual.
        directory: where in the source the build description lies.
        script: for ``script``: the file, in the package component.
    """

    tool: str
    options: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    directory: str = ""
    script: str = ""


BUILD_TOOLS = ("cmake", "autotools", "make", "script", "copy")


@dataclass(frozen=True, kw_only=True)
class SourceRecipe:
    """Source files, and what is made of them.

    Attributes:
        directory: where in the source the build starts; empty for the only directory there
            is at its top, or the top itself.
    """

    source: SourceFiles
    build: Build
    directory: str = ""


@dataclass(frozen=True, kw_only=True)
class PythonRecipe:
    """Python packages in a virtual environment of their own.

    Attributes:
        requirements: ``numpy==2.1.3``; the first is the one that the version is read from.
        hashes: requirement to ``sha256:...`` of files that may come for it; either all
            requirements, theirs included, have some, or nobody's files are compared.
        constraints: as requirements, for what they need themselves.
        may_build: packages without a wheel are built here.
        is_detected: the thing is not the environment but in it, and detection describes it.
    """

    requirements: tuple[str, ...]
    hashes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    constraints: tuple[str, ...] = ()
    may_build: bool = False
    is_detected: bool = False


@dataclass(frozen=True, kw_only=True)
class SystemRecipe:
    """Packages of the system's package managers: manager to names."""

    packages: Mapping[str, tuple[str, ...]] = field(hash=False)


SYSTEM_MANAGERS = ("apt", "dnf", "brew")

Recipe = SourceRecipe | PythonRecipe | SystemRecipe
