"""Reading recipes; what is wrong names file and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from ck_core.domain.component import Component
from ck_core.domain.meta import Meta
from ck_core.domain.names import stays_below
from ck_core.domain.recipe import (
    BUILD_TOOLS,
    SYSTEM_MANAGERS,
    Archive,
    Build,
    GitCommit,
    NpmPackage,
    OwnFiles,
    PythonRecipe,
    Recipe,
    SourceDistribution,
    SourceFiles,
    SourceRecipe,
    SystemRecipe,
)

_T = TypeVar("_T")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LOCATION = re.compile(r"(?:https?|file)://[^\s/]*/\S*|/[^\x00-\x1f\x7f]+")
_PINNED = re.compile(
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)==([A-Za-z0-9][A-Za-z0-9.+!_-]*)"
)
_NPM = re.compile(
    r"(?:@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*@[0-9]+\.[0-9]+\.[0-9]+[A-Za-z0-9.+-]*"
)
_HASH = re.compile(r"sha(?:256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})")
# One line of pip's file of requirements, and no option of pip's among its words.
_CLAUSE = r"(?:===|[=~!<>]=|[<>])[ \t]*[A-Za-z0-9.*+!_-]+"
_REQUIREMENT = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[A-Za-z0-9._, -]+\])?"
    rf"(?:[ \t]*{_CLAUSE}(?:[ \t]*,[ \t]*{_CLAUSE})*)?"
    r"(?:[ \t]*;[ \t]*[A-Za-z_(][A-Za-z0-9_.,'\"()=~!<> ]*)?"
)
# apt reads "name-" as a wish to remove it.
_SYSTEM_PACKAGE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9+._:@/=~-]*[A-Za-z0-9+])?")


def parse_recipe(component: Component) -> tuple[Recipe | None, str]:
    """The recipe; or None, and why ckp cannot install the package.

    Raises:
        BadComponentError: the recipe is not what the format says.
    """
    meta = component.meta
    if "recipe" not in meta:
        return None, _problem(meta)
    kind, parse = _only(meta, "recipe", _KINDS)
    recipe = meta.mapping("recipe")
    return parse(recipe, kind), ""


def _problem(meta: Meta) -> str:
    script = meta.text("process_script") or meta.mapping("use_scripts_from_another_entry").text(
        "data_uoa"
    )
    if not script:
        return "has no 'recipe' that says how it is installed"
    return f"needs CK's script {script!r:.80}, which ckp does not run"


def _parse_source_recipe(recipe: Meta, key: str) -> SourceRecipe:
    _, parse = _only(recipe, key, _SOURCES)
    source = recipe.mapping(key)
    return SourceRecipe(
        source=parse(source), build=_parse_build(recipe), directory=_below(recipe, "directory")
    )


def _parse_archive(source: Meta) -> Archive:
    locations = source.texts("archive")
    return Archive(
        locations=_all(source, "archive", locations, _LOCATION, "URLs or absolute paths"),
        sha256=_matching(source, "sha256", _SHA256, "the SHA-256 of the archive (64 hex digits)"),
    )


def _parse_git(source: Meta) -> GitCommit:
    commit = _matching(source, "commit", _COMMIT, "the full name of a commit (40 hex digits)")
    return GitCommit(url=source.text("git"), commit=commit)


def _parse_sdist(source: Meta) -> SourceDistribution:
    pinned = _matching(source, "sdist", _PINNED, "a project and its version (name==1.2.3)")
    project, _, version = pinned.partition("==")
    digest = _matching(source, "sha256", _SHA256, "the SHA-256 of the file (64 hex digits)")
    return SourceDistribution(project=project, version=version, sha256=digest)


def _parse_npm(source: Meta) -> NpmPackage:
    pinned = _matching(source, "npm", _NPM, "a package and its version (@scope/name@1.2.3)")
    package, _, version = pinned.rpartition("@")
    digest = _matching(source, "sha256", _SHA256, "the SHA-256 of its tarball (64 hex digits)")
    return NpmPackage(package=package, version=version, sha256=digest)


def _parse_files(source: Meta) -> OwnFiles:
    return OwnFiles(directory=_below(source, "files"))


def _parse_build(recipe: Meta) -> Build:
    build = recipe.mapping("build")
    tool = build.text("with", "copy")
    if tool not in BUILD_TOOLS:
        raise build.wrong("with", f"one of {', '.join(BUILD_TOOLS)}", tool)
    script = _below(build, "script")
    if (tool == "script") != bool(script):
        raise build.wrong("script", "a file of the component, with 'with': 'script'", script)
    return Build(
        tool=tool,
        options=build.texts("options"),
        targets=build.texts("targets"),
        directory=_below(build, "directory"),
        script=script,
    )


def _parse_python(recipe: Meta, key: str) -> PythonRecipe:
    python = recipe.mapping(key)
    one_line = "requirements of Python packages (numpy==2.1.3)"
    requirements = _all(
        python, "requirements", python.texts("requirements"), _REQUIREMENT, one_line
    )
    return PythonRecipe(
        requirements=requirements,
        hashes=_parse_hashes(python, requirements),
        constraints=tuple(
            _each(python, "constraints", python.texts("constraints"), _REQUIREMENT, one_line)
        ),
        may_build=python.flag("may_build"),
        is_detected=python.flag("detect"),
    )


def _parse_hashes(python: Meta, requirements: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """A list is for the only requirement; an object names them."""
    if "hashes" not in python:
        return {}
    if isinstance(python.raw("hashes"), dict):
        each = python.mapping("hashes")
        found = {name: _hashes(each, name) for name in each}
    else:
        found = {requirements[0]: _hashes(python, "hashes")}
    if found.keys() != set(requirements):
        expected = "hashes for each of the requirements and for nothing else"
        raise python.wrong("hashes", expected, sorted(found))
    return found


def _hashes(meta: Meta, key: str) -> tuple[str, ...]:
    return _all(meta, key, meta.texts(key), _HASH, "hashes (sha256:...)")


def _parse_system(recipe: Meta, key: str) -> SystemRecipe:
    system = recipe.mapping(key)
    names = {
        manager: _all(system, manager, system.texts(manager), _SYSTEM_PACKAGE, "names of packages")
        for manager in system
    }
    if not names or not names.keys() <= set(SYSTEM_MANAGERS):
        expected = f"an object with names of packages for {', '.join(SYSTEM_MANAGERS)}"
        raise recipe.wrong(key, expected, sorted(names))
    return SystemRecipe(packages=names)


_KINDS: Mapping[str, Callable[[Meta, str], Recipe]] = {
    "source": _parse_source_recipe,
    "python": _parse_python,
    "system": _parse_system,
}
_SOURCES: Mapping[str, Callable[[Meta], SourceFiles]] = {
    "archive": _parse_archive,
    "git": _parse_git,
    "sdist": _parse_sdist,
    "npm": _parse_npm,
    "files": _parse_files,
}


def _only(meta: Meta, key: str, choices: Mapping[str, _T]) -> tuple[str, _T]:
    """The one choice that the object under ``key`` has made."""
    made = [name for name in choices if name in meta.mapping(key)]
    if len(made) != 1:
        expected = f"an object with one of {', '.join(choices)}"
        raise meta.wrong(key, expected, made or "none of them")
    return made[0], choices[made[0]]


def _below(meta: Meta, key: str) -> str:
    path = meta.text(key)
    if path and path != "." and not stays_below(path):
        raise meta.wrong(key, "a path that does not leave its directory", path)
    return path


def _matching(meta: Meta, key: str, pattern: re.Pattern[str], expected: str) -> str:
    text = meta.text(key)
    if not pattern.fullmatch(text):
        raise meta.wrong(key, expected, text)
    return text


def _all(
    meta: Meta, key: str, texts: tuple[str, ...], pattern: re.Pattern[str], expected: str
) -> tuple[str, ...]:
    """All of them, at least one."""
    if not texts:
        raise meta.wrong(key, expected, meta.raw(key))
    return tuple(_each(meta, key, texts, pattern, expected))


def _each(
    meta: Meta, key: str, texts: tuple[str, ...], pattern: re.Pattern[str], expected: str
) -> Iterator[str]:
    for text in texts:
        if not pattern.fullmatch(text):
            raise meta.wrong(key, expected, text)
        yield text
