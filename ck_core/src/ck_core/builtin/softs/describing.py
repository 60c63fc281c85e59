"""What was found becomes an installation, in CK's words."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ck_core.builtin.softs.binaries import is_linker_script, machine_of
from ck_core.builtin.softs.looking import Found, Kind, library_name
from ck_core.builtin.softs.places import is_default, is_directory, is_file, prefix_of, triple_of
from ck_core.builtin.softs.versions import version_of
from ck_core.domain.installation import Installation
from ck_core.domain.soft import LIBRARY, Soft
from ck_core.domain.target import Platform, parse_target
from ck_core.domain.version import Version

_LIBRARIES = {Kind.STATIC: "static", Kind.DYNAMIC: "dynamic"}
_PYTHON = re.compile(r"python(\d\.\d+)")


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What is known of one found file."""

    found: Found
    soft: Soft
    target: str
    prefix: Path
    headers: tuple[Path, ...]
    version: str

    @property
    def place(self) -> Path:
        return self.found.place

    @property
    def is_library(self) -> bool:
        return self.found.kind in _LIBRARIES


def described(found: Found, soft: Soft, platform: Platform) -> Installation | None:
    """None where it turns out not to be it: other machine code, no headers, no version."""
    facts = _facts(found, soft, platform)
    if facts is None:
        return None
    return Installation(
        name=_name(facts),
        product=soft.product,
        version=facts.version,
        path=found.path,
        tags=_tags(facts),
        environment=_environment(facts),
        target=facts.target,
        priority=soft.priority,
        soft=soft.component.alias,
        include_directories=_include_directories(facts),
        link_flags=_link_flags(facts) if facts.is_library else (),
        library_directories=_library_directories(facts),
        binary_directories=_binary_directories(facts),
    )


def _facts(found: Found, soft: Soft, platform: Platform) -> _Facts | None:
    target = _target(found)
    if not _is_usable(found, target, platform):
        return None
    prefix = prefix_of(found.path)
    headers = _headers(found, soft, prefix)
    if headers is None:
        return None
    version = version_of(found, soft, headers, prefix)
    if soft.needs_version and not version:
        return None
    return _Facts(
        found=found,
        soft=soft,
        target=target if found.kind in _LIBRARIES else "",
        prefix=prefix,
        headers=headers,
        version=version,
    )


def _target(found: Found) -> str:
    if found.kind not in {*_LIBRARIES, Kind.TOOL}:
        return ""
    machine = machine_of(found.path)
    return machine or (triple_of(found.path) if is_linker_script(found.path) else "")


def _is_usable(found: Found, target: str, platform: Platform) -> bool:
    """A library holds machine code that is known here; a tool is a script or runs here."""
    if found.kind in _LIBRARIES:
        return bool(target)
    return not target or parse_target(target) == platform.host


def _headers(found: Found, soft: Soft, prefix: Path) -> tuple[Path, ...] | None:
    """Directories with the headers that it must have; None where one is missing."""
    triple = triple_of(found.path)
    include = prefix / "include"
    places = (include / triple, include, include / soft.product, prefix, found.place)
    wanted = [*soft.headers, *filter(None, [soft.version.header])]
    holders = [next((one for one in places if is_file(one / name)), None) for name in wanted]
    if None in holders[: len(soft.headers)]:
        return None
    return tuple(dict.fromkeys(filter(None, holders)))


def _name(facts: _Facts) -> str:
    title = f"{facts.soft.name} {facts.version}".rstrip()
    return f"{title} ({linkage})" if (linkage := _LIBRARIES.get(facts.found.kind)) else title


def _tags(facts: _Facts) -> frozenset[str]:
    tags = facts.soft.tags | {facts.soft.product} | Version(facts.version).tags
    if facts.is_library:
        tags |= {_LIBRARIES[facts.found.kind]} | parse_target(facts.target).tags
    if facts.found.kind is Kind.PYTHON:
        tags |= {f"python-{one[1]}" for one in map(_PYTHON.fullmatch, facts.place.parts) if one}
    return frozenset(tags)


def _environment(facts: _Facts) -> dict[str, str]:
    """CK's variables: the prefix alone is where it is installed."""
    own = {"full_path": str(facts.found.path), "path_install": str(facts.prefix)}
    given = {name: _filled(text, own) for name, text in facts.soft.environment.items()}
    if facts.found.kind is Kind.PYTHON:
        given = {"PYTHONPATH": str(facts.place), **given}
    prefix = facts.soft.env_prefix
    return {**(dict(_prefixed(facts, prefix)) if prefix else {}), **given}


def _prefixed(facts: _Facts, prefix: str) -> Iterable[tuple[str, str]]:
    yield prefix, str(facts.prefix)
    yield f"{prefix}_SET", "1"
    yield f"{prefix}_FILE", str(facts.found.path)
    binaries, include = facts.prefix / "bin", facts.prefix / "include"
    if facts.found.kind is Kind.TOOL:
        yield f"{prefix}_BIN", str(facts.place)
    elif is_directory(binaries) and facts.soft.adds_binaries:
        yield f"{prefix}_BIN", str(binaries)
    if facts.headers or is_directory(include):
        yield f"{prefix}_INCLUDE", str(next(iter(facts.headers), include))
    if facts.is_library:
        yield f"{prefix}_LIB", str(facts.place)
        yield from _library_names(facts, prefix)
    if facts.found.kind is Kind.PYTHON:
        yield f"{prefix}_PYTHON", _interpreter(facts)


def _interpreter(facts: _Facts) -> str:
    """Of the Python that a package lies with; one in a home directory has it by name, in PATH."""
    names = (part for part in facts.place.parts if _PYTHON.fullmatch(part))
    name = next(names, "python3")
    beside = facts.prefix / "bin" / name
    return str(beside) if is_file(beside) else name


def _library_names(facts: _Facts, prefix: str) -> Iterable[tuple[str, str]]:
    """Its own name, and that of the other linkage where both lie side by side."""
    path = facts.found.path
    own, other, ending = ("STATIC", "DYNAMIC", ".so")
    if facts.found.kind is Kind.DYNAMIC:
        own, other, ending = ("DYNAMIC", "STATIC", ".a")
    yield f"{prefix}_{own}_NAME", path.name
    beside = facts.place / f"lib{library_name(path)}{ending}"
    if is_file(beside):
        yield f"{prefix}_{other}_NAME", beside.name


def _include_directories(facts: _Facts) -> tuple[Path, ...]:
    own = facts.prefix / "include"
    places = [*facts.headers, *([own] if facts.soft.adds_headers and is_directory(own) else [])]
    if facts.found.kind is Kind.HEADER:
        places.append(facts.place)
    return tuple(one for one in dict.fromkeys(places) if not is_default(one))


def _link_flags(facts: _Facts) -> tuple[str, ...]:
    words: list[str] = []
    for word in facts.soft.link:
        words += _library_words(facts) if word == LIBRARY else [word]
    return tuple(words)


def _library_words(facts: _Facts) -> list[str]:
    if facts.found.kind is Kind.STATIC:
        return [str(facts.found.path)]
    where = [] if is_default(facts.place) else [f"-L{facts.place}"]
    return [*where, f"-l{library_name(facts.found.path)}"]


def _library_directories(facts: _Facts) -> tuple[Path, ...]:
    wanted = facts.found.kind is Kind.DYNAMIC and facts.soft.adds_libraries
    return (facts.place,) if wanted and not is_default(facts.place) else ()


def _binary_directories(facts: _Facts) -> tuple[Path, ...]:
    """What is on everybody's PATH is left out: before other directories it would hide theirs."""
    place = facts.place if facts.found.kind is Kind.TOOL else facts.prefix / "bin"
    if not facts.soft.adds_binaries or is_default(place) or not is_directory(place):
        return ()
    on_path = os.environ.get("PATH", "").split(os.pathsep)
    return () if str(place) in on_path and facts.found.kind is not Kind.TOOL else (place,)


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$#(\w+)#\$", lambda found: values.get(found[1], found[0]), text)
