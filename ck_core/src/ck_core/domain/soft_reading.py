"""Reading softs; what is wrong names file and key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from ck_core.domain.component import Component
from ck_core.domain.conditions import parse_conditions
from ck_core.domain.meta import Meta
from ck_core.domain.names import stays_below
from ck_core.domain.soft import LIBRARY, Soft, VersionSource

_ENDINGS = {
    "linux": {"dll": ".so", "lib": ".a", "exe": ".out", "obj": ".o"},
    "darwin": {"dll": ".dylib", "lib": ".a", "exe": ".out", "obj": ".o"},
    "windows": {"dll": ".dll", "lib": ".lib", "exe": ".exe", "obj": ".obj"},
}
_SCRIPT = "customize.py"
_DETECT_KEYS = ("files", "library", "headers", "directories", "link", "version")
_VERSION_KEYS = ("command", "header", "after", "pkg_config")
_REDIRECTION = re.compile(r"[0-9]?>.*|2>&1")
_VERSION_SWITCHES = ("--version", "-version", "--Version", "-V", "-v", "-dumpversion")
"""All that a soft may ask a tool: with free words a stranger's could make a tool do anything."""


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
            raise component.wrong(
                f"'{place}' has no key {key!r:.40}; did you mean {' or '.join(near)}?"
            )


def _problem(component: Component, *, has_script: bool, unread: str) -> str:
    if "compiler" in component.tags:
        return ""
    if has_script:
        return f"{component.cid} has a {_SCRIPT}, which ckp does not run; its data is used alone"
    if unread:
        asked = " ".join(unread.split())
        return f"{component.cid} asks for the version by '{asked:.60}', which ckp does not run"
    return ""


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
        raise component.wrong(f"{name!r} must be the path of a file below where it is looked for")
    return name


def _names(component: Component, meta: Meta, key: str) -> tuple[str, ...]:
    return tuple(_checked(component, name) for name in meta.texts(key))


def _directories(component: Component, detect: Meta) -> tuple[str, ...]:
    """``**`` would make looking as slow as the disk is large."""
    found = _names(component, detect, "directories")
    if bad := [one for one in found if "**" in one]:
        raise component.wrong(f"{bad[0]!r} in 'detect.directories' must not hold '**'")
    return found


def _depth(customize: Meta) -> int:
    limits = customize.mapping("limit_recursion_dir_search")
    return max(0, int(limits.number("linux")))


def _command(customize: Meta) -> tuple[tuple[str, ...], str]:
    """CK's ``--version > $#filename#$ 2>&1`` as arguments; or the text that has more than that."""
    text = customize.text_mapping("soft_version_cmd").get("linux", "")
    plain = _REDIRECTION.sub("", text.replace("$#filename#$", "")).strip()
    if plain in _VERSION_SWITCHES:
        return (plain,), ""
    return (), text


def _version(
    component: Component, customize: Meta, own: Meta, command: tuple[str, ...]
) -> VersionSource:
    meta = component.meta
    given = "" if isinstance(meta.raw("version"), dict) else meta.text("version")
    after = own.raw("after")
    return VersionSource(
        given=given,
        command=_own_command(component, own) or command,
        header=_optional(component, own.text("header")),
        after=(own.text("after"),) if isinstance(after, str) else own.texts("after"),
        pkg_config=_optional(component, own.text("pkg_config")),
        python_file=_optional(component, customize.text("version_module_name")),
        python_variable=customize.text("version_variable_name"),
    )


def _own_command(component: Component, own: Meta) -> tuple[str, ...]:
    words = own.texts("command")
    if words and (len(words) > 1 or words[0] not in _VERSION_SWITCHES):
        allowed = ", ".join(_VERSION_SWITCHES)
        raise component.wrong(f"'detect.version.command' must be one of {allowed}")
    return words


def _optional(component: Component, name: str) -> str:
    return _checked(component, name) if name else ""


def _skips_binaries(customize: Meta) -> bool:
    return customize.flag("skip_add_to_bin") or customize.flag("skip_add_to_path")
