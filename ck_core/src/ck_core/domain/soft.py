"""How something that may be installed is found: components of kind ``soft``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ck_core.domain.component import Component
from ck_core.domain.conditions import Conditions
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform

_OF_AN_INSTALLATION = re.compile(
    r"v\d.*|(target|host)-.*|(32|64)bits|static|dynamic|compiled-by-.*|python-\d.*"
)
"""Tags that a thing has where it is installed, not where it is described."""
FAMILIES = ("linux", "darwin", "windows")
"""Of systems whose files are called alike."""
LIBRARY = "$#library#$"
"""In a soft's link words: the library itself, as its path or as ``-L`` and ``-l``."""


@dataclass(frozen=True, kw_only=True)
class VersionSource:
    """One place where a version is written; all that are given are tried, in this order.

    Attributes:
        given: the version itself.
        command: arguments with which a tool prints it.
        header: a header that defines it; looked for where the headers are.
        after: the version follows these words in the header or in what the tool prints; of
            several each gives a number, and dots join them.
        pkg_config: name of a ``.pc`` file beside the library.
        python_file, python_variable: a module beside the package's, and what it assigns.
    """

    given: str = ""
    command: tuple[str, ...] = ()
    header: str = ""
    after: tuple[str, ...] = ()
    pkg_config: str = ""
    python_file: str = ""
    python_variable: str = ""


@dataclass(frozen=True, kw_only=True)
class Soft:
    """A ``soft`` component, read and checked (CK_FORMAT section 2, docs/softs.md).

    Attributes:
        product: the tag people name it by.
        files: system (``linux``, ``darwin``, ``windows``) to names of the file that shows it is
            there; one may begin with directories: ``numpy/__init__.py``.
        libraries: ``z`` for ``libz.a`` and ``libz.so``.
        headers: a library counts only where all of them are.
        directories: where it may be besides the usual places; below each place, with ``*``.
        depth: so many directories below a place that the user named are looked into.
        everywhere: False: only what a package has installed is looked at.
        link: words of a link line; ``$#library#$`` stands for the library.
        environment: ``$#full_path#$`` and ``$#path_install#$`` stand for where it was found.
        problem: what its description asks for and ckp does not do; else empty.
    """

    component: Component
    name: str
    product: str
    tags: frozenset[str]
    env_prefix: str = ""
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    libraries: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()
    depth: int = 0
    version: VersionSource = field(default_factory=VersionSource)
    needs_version: bool = False
    numbered: bool = False
    for_host: bool = False
    everywhere: bool = True
    link: tuple[str, ...] = (LIBRARY,)
    environment: Mapping[str, str] = field(default_factory=dict)
    conditions: Conditions = field(default_factory=Conditions)
    adds_binaries: bool = True
    adds_libraries: bool = True
    adds_headers: bool = False
    priority: int = 0
    problem: str = ""

    @property
    def is_data(self) -> bool:
        """Whether it can be found without a plugin that knows it; compilers have theirs."""
        return bool(self.files or self.libraries) and "compiler" not in self.tags

    def concerns(self, requirement: Requirement) -> bool:
        """Whether looking for it is worth the time."""
        asked = {tag for tag in requirement.tags if not _OF_AN_INSTALLATION.fullmatch(tag)}
        unwanted = requirement.no_tags & self.tags
        return bool(asked) and asked <= self.tags | {self.product} and not unwanted

    def names(self, platform: Platform) -> tuple[str, ...]:
        """What its file may be called where it is looked for."""
        target = platform.host if self.for_host else platform.target
        family = target.system if target.system in FAMILIES else "linux"
        return self.files.get(family, ())
