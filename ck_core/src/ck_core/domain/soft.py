"""How something that may be installed is found: components of kind ``soft``."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from ck_core.domain.component import Component
from ck_core.domain.conditions import Conditions, parse_conditions
from ck_core.domain.meta import Meta
from ck_core.domain.names import stays_below
from ck_core.domain.requirement import Requirement
from ck_core.domain.target import Platform, Target
from ck_core.errors import BadComponentError

_OF_AN_INSTALLATION = re.compile(
    r"v\d.*|(target|host)-.*|(32|64)bits|static|dynamic|compiled-by-.*|python-\d.*"
)
"""Tags that a thing has where it is installed, not where it is described."""
_ENDINGS = {
    "linux": {"dll": ".so", "lib": ".a", "exe": ".out", "obj": ".o"},
    "darwin": {"dll": ".dylib", "lib": ".a", "exe": ".out", "obj": ".o"},
    "windows": {"dll": ".dll", "lib": ".lib", "exe": ".exe", "obj": ".obj"},
}
LIBRARY = "$#library#$"
"""In a soft's link words: the library itself, as its path or as ``-L`` and ``-l``."""
_SCRIPT = "customize.py"
_DETECT_KEYS = ("files", "library", "headers", "directories", "link", "version")
_VERSION_KEYS = ("command", "header", "after", "pkg_config")
_REDIRECTION = re.compile(r"[0-9]?>.*|2>&1")
_SHELL = frozenset("|&;<>()`$*?\n")


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
        return self.files.get(_family(target), ())


def parse_soft(component: Component) -> Soft:
    """Raises BadComponentError where a key has a wrong type, or a path leaves its place."""
    meta = component.meta
    customize, detect = meta.mapping("customize"), meta.mapping("detect")
    _check_keys(component, detect, "detect", _DETECT_KEYS)
    _check_keys(component, detect.mapping("version"), "detect.version", _VERSION_KEYS)
    command, unread = _command(customize)
    has_script = (component.path / _SCRIPT).is_file() or (
        "use_customize_script_from_another_entry" in meta
    )
    return Soft(
        component=component,
        name=meta.text("soft_name") or component.title or component.alias,
        product=meta.text("product") or _product(component),
        tags=component.tags,
        env_prefix=customize.text("env_prefix"),
        files=_files(component, customize, detect),
        libraries=_names(component, detect, "library"),
        headers=(
            *_names(component, customize, "include_file"),
            *_names(component, detect, "headers"),
        ),
        directories=_directories(component, detect),
        depth=_depth(customize),
        version=_version(component, customize, detect.mapping("version"), command),
        needs_version=customize.flag("add_only_with_version"),
        numbered=customize.flag("search_numeric_ext_on_linux"),
        for_host=customize.flag("soft_file_from_host_os"),
        everywhere=meta.flag("auto_detect", default="detect" in meta),
        link=detect.texts("link") or (LIBRARY,),
        environment=meta.environment("env"),
        conditions=parse_conditions(customize),
        adds_binaries=customize.flag("add_to_path") or not _skips_binaries(customize),
        adds_libraries=not customize.flag("skip_add_to_ld_path"),
        adds_headers=customize.flag("add_include_path"),
        priority=int(meta.number("priority")),
        problem=_problem(component, has_script=has_script and "detect" not in meta, unread=unread),
    )


def _check_keys(component: Component, meta: Meta, place: str, known: Sequence[str]) -> None:
    """The block is ckp's own: what is misspelt in it would be left out silently."""
    for key in meta:
        if key not in known:
            near = get_close_matches(key, known, n=1) or known
            raise _bad(
                component, f"'{place}' has no key {key!r:.40}; did you mean {' or '.join(near)}?"
            )


def _problem(component: Component, *, has_script: bool, unread: str) -> str:
    if "compiler" in component.tags:
        return ""
    if has_script:
        return f"{component.cid} has a {_SCRIPT}, which ckp does not run; its data is used alone"
    return f"{component.cid} asks a shell for the version, which ckp does not" if unread else ""


def _product(component: Component) -> str:
    """``numpy`` of ``lib.python.numpy``: the last part that is a tag, else all behind the kind."""
    parts = component.alias.split(".")
    tagged = (part for part in reversed(parts) if part in component.tags)
    return next(tagged, ".".join(parts[1:]) or component.alias)


def _files(component: Component, customize: Meta, detect: Meta) -> dict[str, tuple[str, ...]]:
    """CK has one name a platform; it calls macOS linux."""
    universal = customize.text("soft_file_universal")
    by_platform = customize.text_mapping("soft_file")
    own = _names(component, detect, "files")
    found = {}
    for family, endings in _ENDINGS.items():
        text = universal or by_platform.get("win" if family == "windows" else "linux", "")
        names = [*_with_static(_expanded(text, endings)), *own]
        found[family] = tuple(_checked(component, name) for name in names)
    return {family: names for family, names in found.items() if names}


def _with_static(name: str) -> tuple[str, ...]:
    """CK's scripts looked for the static library beside the shared one."""
    stem, dot, ending = name.rpartition(".")
    if not name:
        return ()
    return (name, f"{stem}.a") if dot and ending in {"so", "dylib"} else (name,)


def _expanded(name: str, endings: Mapping[str, str]) -> str:
    name = name.replace("$#sep#$", "/")
    return re.sub(
        r"\$#file_ext_(\w+)#\$", lambda found: endings.get(found[1], found[0]), name
    ).replace("\\", "/")


def _checked(component: Component, name: str) -> str:
    if not stays_below(name):
        raise _bad(component, f"{name!r} must be the path of a file below where it is looked for")
    return name


def _names(component: Component, meta: Meta, key: str) -> tuple[str, ...]:
    return tuple(_checked(component, name) for name in meta.texts(key))


def _directories(component: Component, detect: Meta) -> tuple[str, ...]:
    """``**`` would make looking as slow as the disk is large."""
    found = _names(component, detect, "directories")
    if bad := [one for one in found if "**" in one]:
        raise _bad(component, f"{bad[0]!r} in 'detect.directories' must not hold '**'")
    return found


def _depth(customize: Meta) -> int:
    limits = customize.mapping("limit_recursion_dir_search")
    return max(0, int(limits.number("linux")))


def _command(customize: Meta) -> tuple[tuple[str, ...], str]:
    """CK's ``--version > $#filename#$ 2>&1`` as arguments; or the text that has more than that."""
    text = customize.text_mapping("soft_version_cmd").get("linux", "")
    plain = _REDIRECTION.sub("", text.replace("$#filename#$", "")).strip()
    if _SHELL & set(plain):
        return (), text
    try:
        return tuple(shlex.split(plain)), ""
    except ValueError:
        return (), text


def _version(
    component: Component, customize: Meta, own: Meta, command: tuple[str, ...]
) -> VersionSource:
    meta = component.meta
    given = "" if isinstance(meta.raw("version"), dict) else meta.text("version")
    after = own.raw("after")
    return VersionSource(
        given=given,
        command=own.texts("command") or command,
        header=_optional(component, own.text("header")),
        after=(own.text("after"),) if isinstance(after, str) else own.texts("after"),
        pkg_config=_optional(component, own.text("pkg_config")),
        python_file=_optional(component, customize.text("version_module_name")),
        python_variable=customize.text("version_variable_name"),
    )


def _optional(component: Component, name: str) -> str:
    return _checked(component, name) if name else ""


def _skips_binaries(customize: Meta) -> bool:
    return customize.flag("skip_add_to_bin") or customize.flag("skip_add_to_path")


def _family(target: Target) -> str:
    return target.system if target.system in _ENDINGS else "linux"


def _bad(component: Component, problem: str) -> BadComponentError:
    file = component.meta_file
    return BadComponentError(f"{file}: {problem}", hint=f"correct {file}")
